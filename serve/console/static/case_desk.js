// Giving the verdict, undoing it, and going on to the next case.

import { ask, explain, sessionEnded } from "./case_requests.js";
import { LOOK_MS, lookAfter } from "./case_outcome.js";

const TICK_MS = 500;
// After these it is not known from the answer what became of the verdict.
const DOUBTFUL = ["verdict_pending", "nothing_to_undo", "no_verdict_wanted"];

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
    this.state = "open"; // open, busy, sent, giving, given
    verdict.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.undoButton.addEventListener("click", () => this.undo());
    const handOver = root.querySelector("[data-hand-over]");
    handOver.addEventListener("click", () => this.#handOver(handOver));
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
    const { answer, found } = await this.#busy(async () => {
      const answer = await ask("POST", this.path, entered);
      return { answer, found: isDoubtful(answer) ? await this.#look() : null };
    });
    if (answer.status === 200) {
      const due = Date.parse(answer.body.pending_verdict?.due_at);
      this.#showSent(Math.max(0, Math.round((due - answer.at) / 1000)) || 0);
    } else if (found?.state === "pending") {
      // An answer that was lost on the way: the verdict had come in all the same.
      this.#showSent(found.seconds, this.data.words.sent_before);
    } else this.#fail(answer, found);
  }

  get undoable() {
    return this.state === "sent";
  }

  async undo() {
    if (!this.undoable) return;
    this.undoButton.disabled = true;
    const answer = await ask("DELETE", this.path);
    const found = isDoubtful(answer) ? await this.#look() : null;
    this.undoButton.disabled = false;
    if (answer.status === 200 || found?.state === "none") this.#reopen(this.data.words.undone);
    else if (found?.state === "given") this.#showGiven(this.data.words.wrong_undo);
    else if (found?.state === "not_given") this.#reopen(found.text);
    else if (answer.status === 0) this.text.textContent = this.data.words.wrong_undo_lost;
    else this.text.textContent = explain(answer, this.data.words);
  }

  /** Leaves the case to a lead; the page then shows it to read. */
  async #handOver(button) {
    button.disabled = true;
    const answer = await ask("POST", `/v1/claims/${this.data.id}/hand-over`);
    button.disabled = false;
    if (answer.status === 200) {
      this.hold.stop();
      this.verdict.forget();
      location.reload();
    } else if (answer.status === 0) this.verdict.complain([this.data.words.wrong_hand_over]);
    else this.#fail(answer, null);
  }

  next() {
    if (["sent", "giving", "given"].includes(this.state)) this.nextButton.form.requestSubmit();
  }

  #look() {
    return lookAfter(this.data.id, this.data.judged_at);
  }

  async #busy(act) {
    const { childNodes } = this.button;
    const before = [...childNodes];
    this.state = "busy";
    this.button.disabled = true;
    this.button.replaceChildren(this.data.words.sending);
    const result = await act();
    this.button.replaceChildren(...before);
    this.button.disabled = false;
    this.state = "open";
    return result;
  }

  #fail(answer, found) {
    let link = null;
    if (sessionEnded(answer)) {
      link = document.createElement("a");
      link.href = this.data.login;
      link.textContent = this.data.words.sign_in;
    }
    const known = answer.status === 0 && found ? this.#wordLost(found) : null;
    this.verdict.complain([known ?? explain(answer, this.data.words)], link);
  }

  /** Returns what to say of a verdict whose answer was lost, and which is not in. */
  #wordLost({ state }) {
    const { words } = this.data;
    if (state === "given") return words.wrong_late;
    if (state === "elsewhere") return words.wrong_held;
    return state === "unknown" ? null : words.wrong_not_sent;
  }

  #showSent(seconds, words = this.data.words.sent) {
    this.state = "sent";
    this.hold.stop();
    this.settled();
    this.verdict.complain([]);
    this.verdict.form.hidden = true;
    this.sent.hidden = this.nextButton.hidden = this.undoButton.hidden = false;
    // Said once; the countdown beside it is for the eye.
    this.text.textContent = words.replace("{seconds}", seconds);
    const end = performance.now() + 1000 * seconds;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const text = this.data.words.seconds.replace("{seconds}", left);
      this.countdown.textContent = left ? text : "";
      if (!left) this.#await();
    };
    clearInterval(this.timer);
    this.timer = setInterval(tick, TICK_MS);
    tick();
    this.nextButton.focus();
  }

  /** The minute is over; whether the verdict is given is for the service to say. */
  async #await() {
    clearInterval(this.timer);
    this.state = "giving";
    this.undoButton.hidden = true;
    this.text.textContent = this.data.words.giving;
    const found = await this.#look();
    if (found.state === "given") this.#showGiven(this.data.words.given);
    else if (found.state === "not_given") this.#reopen(found.text);
    else if (found.state === "none") this.#reopen(this.data.words.not_given_unknown);
    else this.timer = setTimeout(() => this.#await(), LOOK_MS);
  }

  #showGiven(text) {
    clearInterval(this.timer);
    this.state = "given";
    this.undoButton.hidden = true;
    this.countdown.textContent = "";
    this.text.textContent = text;
    this.verdict.forget();
  }

  /** The verdict is the agent's to change again, and says why. */
  #reopen(text) {
    clearInterval(this.timer);
    this.state = "open";
    this.nextButton.hidden = this.undoButton.hidden = true;
    this.sent.hidden = this.verdict.form.hidden = false;
    this.countdown.textContent = "";
    this.text.textContent = text;
    this.verdict.save();
    this.verdict.complain([]);
    this.verdict.form.closest("section").focus({ preventScroll: true });
    this.hold.take();
  }
}

function isDoubtful({ status, body }) {
  return status === 0 || DOUBTFUL.includes(body.code);
}
