// What a user of the API writes in plain JavaScript. Run: node plain.mjs http://127.0.0.1:3000
import { io } from "socket.io-client";

const socket = io(process.argv[2]);

// Resolves to the data of a call, or rejects with the problem.
function callRoute(event, data) {
  return new Promise((resolve, reject) => {
    socket.emit(event, data, (response) => {
      if (response.event) resolve(response.data);
      else reject(response);
    });
  });
}

socket.on("connect_error", (error) => {
  console.error("no connection:", error.message);
  process.exit(1);
});

socket.on("exception", (error) => {
  console.log("exception:", error.event, error.statusCode, error.message);
});

socket.on("connect", async () => {
  console.log("connected");
  const user = await callRoute("create-one-user", { name: "Ada", email: "ada@example.com" });
  console.log("created:", user.name, typeof user.id);

  const users = await callRoute("get-many-user", { page: 1, limit: 10 });
  console.log("users:", users.length);

  const updated = await callRoute("update-one-user", { id: user.id, name: "Ada Lovelace" });
  console.log("updated:", updated.name);

  try {
    await callRoute("create-one-user", { name: "Eve", email: "ada@example.com" });
  } catch (problem) {
    console.log("refused:", problem.statusCode, problem.message);
  }

  socket.once("get-one-user", (found) => console.log("found:", found.name));
  socket.emit("get-one-user", { id: user.id });

  socket.emit("delete-one-user", { id: user.id }, (response) => {
    console.log("deleted:", response.data.deletedCount);
    socket.disconnect();
  });
});

socket.on("disconnect", (reason) => console.log("disconnected:", reason));
