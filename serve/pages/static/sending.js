// Sends a form with its progress. Where the connection is lost it goes on by itself: the form carries a
// key, so that the server counts it once however often it arrives.

import { fill, showMistakes } from "./words.js";

const WAITS_S = [1, 2, 4, 8, 16, 30];
const STALLED_S = 30;
const ANSWER_S = 120;
const AGAIN_STATUSES = [0, 502, 503, 504];

export class Sending {
  // `parts` returns FormData when all is ready, `unreadable` what is wrong with photos that are gone;
  // `sent` is called before the page moves on, `refused` with the page that says what is wrong.
  constructor(form, words, { parts, unreadable, sent, refused }) {
    this.button = form.querySelector("button[type=submit]");
    this.box = form.querySelector("[data-sending]");
    this.bar = this.box.querySelector("progress");
    this.text = this.box.querySelector("[data-sending-text]");
    this.choices = this.box.querySelector("[data-choices]");
    Object.assign(this, { form, words, parts, unreadable, sent, refused });
    Object.assign(this, { attempts: 0, timer: 0, waiting: false });
    this.box.querySelector("[data-retry]").addEventListener("click", () => this.again());
    this.box.querySelector("[data-change]").addEventListener("click", () => this.stop([]));
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => document.hidden || this.again());
  }

  get busy() {
    return this.button.disabled;
  }

  async start() {
    this.lock(true);
    this.attempts = 0;
    showMistakes([]);
    this.show(0);
    this.box.hidden = false;
    this.box.focus();
    this.data = await this.parts();
    this.send();
  }

  // Every attempt sends the same: what could be changed meanwhile would come as another claim.
  lock(locked) {
    this.button.disabled = locked;
    [...this.form.children].forEach((part) => { part.inert = locked && part !== this.box; });
  }

  stop(mistakes) {
    this.waiting = false;
    clearTimeout(this.timer);
    this.box.hidden = true;
    this.lock(false);
    showMistakes(mistakes);
    if (!mistakes.length) this.button.focus();
  }

  again() {
    if (!this.waiting) return;
    this.waiting = false;
    clearTimeout(this.timer);
    if (this.choices.contains(document.activeElement)) this.box.focus();
    this.show(0);
    this.send();
  }

  async send() {
    // A browser reports a file that is gone like a connection that is.
    const gone = await this.unreadable();
    if (gone.length) {
      this.stop(gone);
      return;
    }
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
    request.send(this.data);
  }

  wait() {
    this.waiting = true;
    this.choices.hidden = false;
    this.bar.hidden = true;
    this.say(this.words.lost);
    this.box.classList.add("lost");
    const wait_s = WAITS_S[Math.min(this.attempts, WAITS_S.length) - 1];
    this.timer = setTimeout(() => this.again(), 1000 * wait_s);
  }

  show(percent) {
    this.choices.hidden = true;
    this.bar.hidden = false;
    this.box.classList.remove("lost");
    if (percent < 100) this.bar.value = percent;
    else this.bar.removeAttribute("value"); // as long as it takes
    // Few announcements: a screen reader would read out every change.
    this.say(percent < 100
      ? fill(this.words.uploading, { percent: Math.floor(percent / 25) * 25 })
      : this.words.sent);
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
    this.refused(answer);
    this.stop(told.length ? told.map((item) => item.textContent) : [this.words.failed]);
  }
}
