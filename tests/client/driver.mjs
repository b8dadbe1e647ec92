// Drives the official Socket.IO client for the tests: one JSON command per line on stdin, one JSON answer per line on stdout.
//
// A command is {call, op, ...}; its answer is {call, value} or {call, failure}. Values that JSON lacks travel as
// {"$binary": "<base64>"} and {"$undefined": true}, in both directions.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const sockets = new Map();

function revive(value) {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$binary === "string") return Buffer.from(value.$binary, "base64");
  if (value.$undefined === true) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revive(member)]));
}

function flatten(value) {
  if (value === undefined) return { $undefined: true };
  if (Buffer.isBuffer(value) || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return { $binary: Buffer.from(value).toString("base64") };
  }
  if (Array.isArray(value)) return value.map(flatten);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, flatten(member)]));
}

// Every event that reaches a socket waits here until a test takes it, so that none is missed between two commands.
class Inbox {
  #events = [];
  #waiting = [];

  put(event, args) {
    const at = this.#waiting.findIndex((waiter) => waiter.event === event);
    if (at < 0) return this.#events.push({ event, args });
    const [waiter] = this.#waiting.splice(at, 1);
    clearTimeout(waiter.timer);
    waiter.resolve(args);
  }

  take(event, timeout) {
    const at = this.#events.findIndex((received) => received.event === event);
    if (at >= 0) return Promise.resolve(this.#events.splice(at, 1)[0].args);
    return new Promise((resolve, reject) => {
      const waiter = { event, resolve };
      waiter.timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new Error(`no event ${event} within ${timeout} ms; received: ${this.names()}`));
      }, timeout);
      this.#waiting.push(waiter);
    });
  }

  all(event) {
    return this.#events.filter((received) => received.event === event).map((received) => received.args);
  }

  names() {
    return JSON.stringify(this.#events.map((received) => received.event));
  }
}

function withTimeout(timeout, start) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ timeout: true }), timeout);
    start((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

function get(id) {
  const entry = sockets.get(id);
  if (!entry) throw new Error(`no socket ${id}`);
  return entry;
}

const operations = {
  connect({ socket: id, url, options, timeout }) {
    const socket = io(url, { forceNew: true, reconnection: false, ...revive(options) });
    const inbox = new Inbox();
    sockets.set(id, { socket, inbox });
    socket.onAny((event, ...args) => inbox.put(event, args));
    return new Promise((resolve) => {
      const settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      const timer = setTimeout(() => settle({ error: { message: `no connection within ${timeout} ms` } }), timeout);
      socket.on("connect", () => {
        inbox.put("connect", []);
        settle({ id: socket.id });
      });
      socket.on("connect_error", (error) => {
        inbox.put("connect_error", [error.message]);
        settle({ error: { message: error.message, data: error.data } });
      });
      socket.on("disconnect", (reason) => inbox.put("disconnect", [reason]));
    });
  },

  emit({ socket, event, args }) {
    get(socket).socket.emit(event, ...revive(args));
  },

  emitWithAck({ socket, event, args, timeout }) {
    return withTimeout(timeout, (done) => get(socket).socket.emit(event, ...revive(args), (...ack) => done({ ack })));
  },

  // The client sends the last function as the acknowledgement and serializes the other one.
  emitWithTwoCallbacks({ socket, event, args, timeout }) {
    return withTimeout(timeout, (done) =>
      get(socket).socket.emit(
        event,
        ...revive(args),
        (...ack) => done({ ack, callback: 1 }),
        (...ack) => done({ ack, callback: 2 }),
      ),
    );
  },

  waitFor({ socket, event, timeout }) {
    return get(socket).inbox.take(event, timeout);
  },

  received({ socket, event }) {
    return get(socket).inbox.all(event);
  },

  state({ socket: id }) {
    const { socket } = get(id);
    return { id: socket.id, connected: socket.connected, transport: socket.io.engine?.transport?.name };
  },

  // What a client that breaks the protocol would send: text straight into the connection.
  sendRaw({ socket, text }) {
    get(socket).socket.io.engine.write(text);
  },

  disconnect({ socket }) {
    get(socket).socket.disconnect();
  },

  reconnect({ socket: id, timeout }) {
    const { socket } = get(id);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no connection within ${timeout} ms`)), timeout);
      socket.once("connect", () => {
        clearTimeout(timer);
        resolve({ id: socket.id });
      });
      socket.connect();
    });
  },

  // A network that goes away, as opposed to a client that says goodbye.
  dropConnection({ socket }) {
    get(socket).socket.io.engine.close();
  },
};

function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const lines = createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  const { call, op, ...command } = JSON.parse(line);
  try {
    const value = await operations[op](command);
    answer({ call, value: flatten(value ?? null) });
  } catch (error) {
    answer({ call, failure: error.message });
  }
});
lines.on("close", () => process.exit(0));
