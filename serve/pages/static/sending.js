// Sends a form with its progress. Where the connection is lost it goes on by itself: the form carries a
// key, so that the server counts it once however often it arrives.

import { fill, showMistakes } from "./words.js";

const WAITS_S = [1, 2, 4, 8, 16, 30];
const STALLED_S = 30;
const ANSWER_S = 120;
const AGAIN_STATUSES = [0, 502, 503, 504];

export class Sending {
  // `parts` returns FormData when all is ready; `sent` is called before the page moves on.
  constructor(form, words, { parts, sent }) {
    this.button = form.querySelector("button[type=submit]");
    this.box = form.querySelector("[data-sending]");
    this.bar = this.box.querySelector("progress");
    this.text = this.box.querySelector("[data-sending-text]");
    this.retry = this.box.querySelector("[data-retry]");
    Object.assign(this, { form, words, parts, sent, attempts: 0, timer: 0, waiting: false });
    this.retry.addEventListener("click", () => this.again());
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => document.hidden || this.again());
  }

  get busy() {
    return this.button.disabled;
  }

  async start() {
    this.button.disabled = true;
    this.attempts = 0;
    showMistakes([]);
    this.show(0);
    this.box.hidden = false;
    this.send();
  }

  again() {
    if (!this.waiting) return;
    this.waiting = false;
    clearTimeout(this.timer);
    if (this.retry === document.activeElement) this.box.focus();
    this.show(0);
    this.send();
  }

  async send() {
    const data = await this.parts();
    const request = new XMLHttpRequest();
    const hold = (seconds) => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => request.abort(), 1000 * seconds);
    };
    request.open("POST", this.form.action);
    request.upload.onprogress = (sent) => {
      hold(STALLED_S);
      this.show(sent.total ? (100 * sent.loaded) / sent.total : 0);
    };
    request.upload.onload = () => hold(ANSWER_S);
    request.onloadend = () => {
      clearTimeout(this.timer);
      if (AGAIN_STATUSES.includes(request.status)) this.wait();
      else this.take(request);
    };
    this.attempts += 1;
    hold(STALLED_S);
    request.send(data);
  }

  wait() {
    this.waiting = true;
    this.retry.hidden = false;
    this.bar.hidden = true;
    this.say(this.words.lost);
    this.box.classList.add("lost");
    const wait_s = WAITS_S[Math.min(this.attempts, WAITS_S.length) - 1];
    this.timer = setTimeout(() => this.again(), 1000 * wait_s);
  }

  show(percent) {
    this.retry.hidden = true;
    this.bar.hidden = false;
    this.box.classList.remove("lost");
    if (percent < 100) this.bar.value = percent;
    else this.bar.removeAttribute("value"); // as long as it takes
    // Few announcements: a screen reader would read out every change.
    this.say(percent < 100
      ? fill(this.words.uploading, { percent: Math.floor(percent / 25) * 25 })
      : this.words.looking);
  }

  say(text) {
    if (this.text.textContent !== text) this.text.textContent = text;
  }

  async take(request) {
    // An attempt whose answer was lost may have been taken: then the page of the claim tells.
    const taken = this.attempts > 1 && request.status === 409 && this.form.dataset.after;
    if (request.status < 300 || taken) {
      await this.sent();
      location.assign(taken || request.responseURL);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const told = [...answer.querySelectorAll("#mistakes li, [data-notice] p")];
    this.box.hidden = true;
    this.button.disabled = false;
    showMistakes(told.length ? told.map((item) => item.textContent) : [this.words.failed]);
  }
}
