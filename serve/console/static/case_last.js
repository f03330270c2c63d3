// Verdicts on other cases that can still be undone: Enter has gone on, and regret comes late.

import { Draft } from "./case_draft.js";
import { LOOK_MS, lookAfter } from "./case_outcome.js";

const TICK_MS = 500;

export class LastVerdicts {
  constructor(root, data) {
    this.data = data;
    this.strips = [...root.querySelectorAll("[data-last]")];
    this.strips.forEach((strip) => this.#count(strip));
  }

  /** Undoes the latest of them; its case opens again. */
  undo() {
    const form = this.strips.map((strip) => strip.querySelector("form")).find(Boolean);
    form?.requestSubmit();
  }

  #count(strip) {
    const { words } = this.data;
    const left = strip.querySelector("[data-last-left]");
    const end = performance.now() + 1000 * Number(strip.dataset.leftS);
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      left.textContent = words.seconds.replace("{seconds}", seconds);
      if (seconds) return;
      clearInterval(timer);
      strip.querySelector("form").remove();
      this.#await(strip, left);
    };
    const timer = setInterval(tick, TICK_MS);
    tick();
  }

  async #await(strip, left) {
    const { words } = this.data;
    const id = strip.dataset.last;
    left.textContent = words.giving;
    const found = await lookAfter(id, strip.dataset.enteredAt);
    if (found.state === "given") {
      left.textContent = words.given;
      new Draft({ ...this.data, id }).forget();
    } else if (found.state === "not_given") left.textContent = found.text;
    else if (found.state === "none") left.textContent = words.not_given_unknown;
    else setTimeout(() => this.#await(strip, left), LOOK_MS);
  }
}
