// Giving the verdict, undoing it, and going on to the next case.

import { ask, explain, sessionEnded } from "./case_requests.js";

const TICK_MS = 500;

export class Desk {
  constructor(root, data, verdict, hold, settled) {
    this.data = data;
    this.verdict = verdict;
    this.hold = hold;
    this.settled = settled; // called when there is nothing to change any more, unless undone
    this.path = `/v1/claims/${data.id}/verdict`;
    this.sent = root.querySelector("[data-sent]");
    this.text = root.querySelector("[data-sent-text]");
    this.countdown = root.querySelector("[data-countdown]");
    this.undoButton = root.querySelector("[data-undo]");
    this.nextButton = root.querySelector("[data-next-button]");
    this.button = root.querySelector("[data-send]");
    this.state = "open"; // open, busy, sent, given
    verdict.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.undoButton.addEventListener("click", () => this.undo());
  }

  /** Shows a verdict that was sent before the page was loaded. */
  start() {
    const { pending } = this.data;
    if (pending?.mine) this.#showSent(pending.seconds);
  }

  async send() {
    if (this.state !== "open" || !this.verdict.open) return;
    const entered = this.verdict.collect();
    if (!entered) return;
    const answer = await this.#busy(() => ask("POST", this.path, entered));
    if (answer.status !== 200) return this.#fail(answer);
    const due = Date.parse(answer.body.pending_verdict?.due_at);
    this.#showSent(Math.max(0, Math.round((due - answer.at) / 1000)) || 0);
  }

  async undo() {
    if (this.state !== "sent") return;
    this.undoButton.disabled = true;
    const answer = await ask("DELETE", this.path);
    this.undoButton.disabled = false;
    if (answer.status !== 200) {
      this.text.textContent = explain(answer, this.data.words);
      return;
    }
    clearInterval(this.timer);
    this.state = "open";
    this.sent.hidden = this.nextButton.hidden = true;
    this.verdict.form.hidden = false;
    this.verdict.save();
    this.verdict.complain([]);
    this.verdict.form.closest("section").focus({ preventScroll: true });
    this.#announceUndone();
    this.hold.take();
  }

  next() {
    if (this.state === "sent" || this.state === "given") this.nextButton.form.requestSubmit();
  }

  async #busy(act) {
    const { childNodes } = this.button;
    const before = [...childNodes];
    this.state = "busy";
    this.button.disabled = true;
    this.button.replaceChildren(this.data.words.sending);
    const answer = await act();
    this.button.replaceChildren(...before);
    this.button.disabled = false;
    this.state = "open";
    return answer;
  }

  #fail(answer) {
    let link = null;
    if (sessionEnded(answer)) {
      link = document.createElement("a");
      link.href = this.data.login;
      link.textContent = this.data.words.sign_in;
    }
    this.verdict.complain([explain(answer, this.data.words)], link);
  }

  #showSent(seconds) {
    const { words } = this.data;
    this.state = "sent";
    this.hold.stop();
    this.settled();
    this.verdict.complain([]);
    this.verdict.form.hidden = true;
    this.sent.hidden = this.nextButton.hidden = this.undoButton.hidden = false;
    // Said once; the countdown beside it is for the eye.
    this.text.textContent = words.sent.replace("{seconds}", seconds);
    const end = performance.now() + 1000 * seconds;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      this.countdown.textContent = left ? words.seconds.replace("{seconds}", left) : "";
      if (!left) this.#showGiven();
    };
    this.timer = setInterval(tick, TICK_MS);
    tick();
    this.nextButton.focus();
  }

  #showGiven() {
    clearInterval(this.timer);
    this.state = "given";
    this.undoButton.hidden = true;
    this.text.textContent = this.data.words.given;
  }

  #announceUndone() {
    this.sent.hidden = false;
    this.undoButton.hidden = true;
    this.countdown.textContent = "";
    this.text.textContent = this.data.words.undone;
  }
}
