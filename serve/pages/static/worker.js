// Prepares photos beside the page, so that it answers to touch meanwhile.

import { prepare } from "./prepare.js";

addEventListener("message", async ({ data: { id, file, limits } }) => {
  try {
    postMessage({ id, done: await prepare(file, limits) });
  } catch (error) {
    postMessage({ id, failed: String(error) });
  }
});
