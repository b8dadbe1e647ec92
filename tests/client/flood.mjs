// Sends many calls at once and prints how many of them were answered. Run: node flood.mjs <url> <transport> <calls>
import { io } from "socket.io-client";

const [url, transport, calls] = process.argv.slice(2);
const socket = io(url, { transports: [transport], reconnection: false });
const answered = { ok: 0, 503: 0, exception: 0 };

function finish() {
  console.log(JSON.stringify(answered));
  process.exit(0);
}

socket.on("exception", () => (answered.exception += 1));
socket.on("disconnect", finish);
socket.on("connect", () => {
  let open = Number(calls);
  for (let call = 0; call < Number(calls); call += 1) {
    socket.emit("get-many-user", {}, (response) => {
      answered[response.event ? "ok" : response.statusCode] += 1;
      open -= 1;
      if (open === 0) setTimeout(finish, 0);
    });
  }
  setTimeout(finish, 15000);
});
