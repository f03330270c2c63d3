// One photo after the other goes to the worker; where there is none, the page does it by itself.

import { prepare } from "./prepare.js";

let worker = null;
let last = Promise.resolve();
let count = 0;

// Returns { blob, problem } of a photo; whatever fails, its own file is the blob.
export function prepareInTurn(file, limits) {
  const turn = last.then(async () => {
    try {
      return await (canUseWorker() ? ask(file, limits) : prepare(file, limits));
    } catch {
      return { blob: file, problem: "" };
    }
  });
  last = turn;
  return turn;
}

const canUseWorker = () => Boolean(globalThis.Worker && globalThis.OffscreenCanvas);

function ask(file, limits) {
  worker ??= new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  count += 1;
  const id = count;
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const settle = (act, value) => { stop.abort(); act(value); };
    worker.addEventListener("message", ({ data }) => {
      if (data.id !== id) return;
      if (data.done) settle(resolve, data.done);
      else settle(reject, new Error(data.failed));
    }, { signal: stop.signal });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      worker = null;
      settle(resolve, prepare(file, limits));
    }, { signal: stop.signal });
    worker.postMessage({ id, file, limits });
  });
}
