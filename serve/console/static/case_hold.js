// Holds the case while the page is open: taken, renewed while it is looked at, given back.

import { ask, tell } from "./case_requests.js";

const RENEW_MS = 120_000;
const IDLE_MS = 600_000; // who has gone away keeps neither the case nor the session
const CHECK_MS = 5_000; // the page before may have given back what this one has just taken

export class Hold {
  constructor(root, data, changed) {
    this.data = data;
    this.changed = changed;
    this.path = `/v1/claims/${data.id}/hold`;
    this.note = root.querySelector("[data-held]");
    this.wanted = data.waiting;
    this.mine = false;
    root.querySelector("[data-try-hold]").addEventListener("click", () => this.take());
    if (data.held_by && !data.held_by.mine) this.#refuse(data.held_by);
    if (!data.waiting) return;
    this.active = performance.now();
    for (const sign of ["pointerdown", "pointermove", "keydown", "wheel"]) {
      window.addEventListener(sign, () => this.#noteActivity(), { passive: true });
    }
    setTimeout(() => this.#renew(), CHECK_MS);
    setInterval(() => this.#renew(), RENEW_MS);
    document.addEventListener("visibilitychange", () => this.#renew());
    window.addEventListener("pagehide", () => this.#leave());
    window.addEventListener("pageshow", (event) => event.persisted && this.take());
  }

  async take() {
    this.wanted = true;
    const answer = await ask("POST", this.path);
    if (!this.wanted) return;
    if (answer.status === 200) this.#accept();
    else if (answer.status === 409) await this.#findHolder();
  }

  /** Renews no more: the verdict is in. */
  stop() {
    this.wanted = false;
  }

  #accept() {
    this.mine = true;
    this.note.hidden = true;
    this.changed(true);
  }

  #refuse(holder) {
    const { words } = this.data;
    const until = new Date(holder?.held_until ?? 0).toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai",
    });
    const text = holder
      ? words.held.replace("{name}", holder.name).replace("{time}", until)
      : words.held_unknown;
    this.mine = false;
    this.note.querySelector("[data-held-text]").textContent = text;
    this.note.hidden = false;
    this.changed(false);
  }

  async #findHolder() {
    const { body } = await ask("GET", `/v1/claims/${this.data.id}`);
    const holder = body.held_by && !body.held_by.mine ? body.held_by : null;
    this.#refuse(holder);
  }

  #noteActivity() {
    const wasIdle = performance.now() - this.active > IDLE_MS;
    this.active = performance.now();
    if (wasIdle) this.#renew();
  }

  #renew() {
    const here = !document.hidden && performance.now() - this.active < IDLE_MS;
    if (this.wanted && this.mine && here) this.take();
  }

  #leave() {
    if (this.wanted && this.mine) tell("DELETE", this.path);
  }
}
