// The form of the verdict: the amount that follows the policy, what is missing, what was entered.

import { Draft } from "./case_draft.js";

const MONEY = /^(\d{1,6})(?:[.,。](\d{1,2}))?$/;

export class Verdict {
  constructor(root, form, data, labels) {
    this.form = form;
    this.data = data;
    this.labels = labels;
    this.all = form.querySelector("[data-all]");
    this.mistakes = form.querySelector("[data-mistakes]");
    this.draft = new Draft(data);
    this.typed = false; // the amount was entered by hand and does not follow the grade
    form.addEventListener("input", (event) => this.#entered(event.target));
    form.addEventListener("change", () => this.#update());
    form.addEventListener("input", () => this.#showOver());
    form.querySelector("[data-use]").addEventListener("click", () => this.#useProposal());
    // Enter alone gives no verdict: a key too many would.
    form.addEventListener("keydown", (event) => {
      const alone = event.key === "Enter" && !event.ctrlKey && !event.metaKey;
      if (alone && event.target.matches("input")) event.preventDefault();
    });
    labels.addEventListener("change", () => this.save());
    this.quiet = true; // until what was entered before is back, nothing is written over it
    this.#update();
  }

  get open() {
    return !this.all.disabled && !this.form.hidden;
  }

  allow(mine) {
    this.all.disabled = !mine;
  }

  /** Chooses among radios as a click does. */
  pick(name, value) {
    const radio = this.form.querySelector(`input[name=${name}][value=${value}]`);
    if (this.open) radio?.click();
  }

  click(name) {
    if (this.open) this.form.querySelector(`[name=${name}]`)?.click();
  }

  focus(name) {
    if (!this.open) return;
    const field = this.form.querySelector(`[name=${name}]`);
    field?.focus();
    field?.select?.();
  }

  /** Returns the verdict to send, or shows what is missing and returns null. */
  collect() {
    const { severity, decision, note } = this.#values();
    const wrong = [];
    if (!severity) wrong.push(["wrong_grade", "severity"]);
    if (!decision) wrong.push(["wrong_decision", "decision"]);
    const amount_fen = decision === "approve" ? this.#readAmount(wrong) : null;
    this.complain(wrong.map(([text]) => this.data.words[text] ?? text));
    if (wrong.length) {
      this.focus(wrong[0][1]);
      return null;
    }
    const labels = this.labels.photos.length ? this.labels.toVerdict() : [];
    return { decision, severity, amount_fen, labels, note, undoable: true };
  }

  complain(texts, link = null) {
    this.mistakes.replaceChildren(
      ...texts.map((text) => Object.assign(document.createElement("p"), { textContent: text })),
      ...(link ? [link] : []),
    );
    this.mistakes.hidden = texts.length === 0;
    if (texts.length) this.mistakes.scrollIntoView({ block: "nearest" });
  }

  save() {
    if (this.quiet) return;
    const { amount, ...values } = this.#values();
    const kept = this.typed ? { amount, ...values } : values;
    this.draft.write({ ...kept, labels: this.labels.save(), judged_at: this.data.judged_at });
  }

  /** The verdict is given: what was entered is kept no longer. */
  forget() {
    this.quiet = true;
    this.draft.forget();
  }

  /** Fills in what was entered before, unless a verdict was given since. */
  restore() {
    const draft = this.draft.read();
    const pending = this.data.pending?.mine ? this.data.pending : null;
    if (draft && draft.judged_at === this.data.judged_at) {
      this.#fill(draft);
      this.labels.restore(draft.labels);
    } else if (pending) {
      const amount = pending.amount_fen === null ? undefined : yuan(pending.amount_fen);
      this.#fill({ severity: pending.severity, decision: pending.decision, amount });
    } else this.draft.forget();
    this.quiet = false;
  }

  #fill({ severity, decision, amount, note, problem }) {
    for (const [name, value] of Object.entries({ severity, decision })) {
      const radio = value && this.form.querySelector(`[name=${name}][value=${value}]`);
      if (radio) radio.checked = true;
    }
    const { elements } = this.form;
    if (problem) elements.problem.value = problem;
    elements.note.value = note ?? "";
    this.typed = amount !== undefined;
    if (this.typed) elements.amount.value = amount;
    this.#update();
  }

  #values() {
    const { elements } = this.form;
    const values = Object.fromEntries(
      ["severity", "decision", "amount", "note", "problem"].map((name) => [name, elements[name].value]),
    );
    return { ...values, amount: values.amount.trim(), note: values.note.trim() };
  }

  #entered(field) {
    // Not on change: leaving a field for the link in a complaint must not take that away.
    this.complain([]);
    if (field.name === "amount") this.typed = field.value.trim() !== "";
    if (field.name !== "severity" && field.name !== "decision") this.save();
  }

  #update() {
    const { severity, decision, problem } = this.#values();
    const { words, proposals } = this.data;
    const proposal = proposals[problem]?.[severity];
    const { amount } = this.form.elements;
    const paid = decision === "" || decision === "approve";
    this.form.querySelector("[data-money]").classList.toggle("off", !paid);
    amount.disabled = !paid;
    if (!this.typed) amount.value = proposal ? yuan(proposal.fen) : "";
    const why = this.form.querySelector("[data-why]");
    why.textContent = proposal?.why ?? (severity ? words.why_none : words.why_grade);
    const use = this.form.querySelector("[data-use]");
    use.textContent = proposal ? words.use_proposal.replace("{amount}", `¥${yuan(proposal.fen)}`) : "";
    this.#showOver();
    this.save();
  }

  /**
   * An amount above the agent's authority is a lead's to give: it is said, and not sent. Shown with
   * each letter, so that nothing moves under the pointer when the field is left for a button.
   */
  #showOver() {
    const { authority_fen: most, proposals, words } = this.data;
    const { amount, decision, problem, severity } = this.#values();
    const fen = parse(amount);
    const paid = decision === "" || decision === "approve";
    const over = most !== null && fen > most && paid;
    const proposal = proposals[problem]?.[severity];
    this.form.querySelector("[data-use]").hidden = !paid || !proposal || fen === proposal.fen;
    this.form.querySelector("[data-over]").hidden = !over;
    this.form.querySelector("[data-send]").disabled = over;
    if (!over) return;
    const text = words.over.replace("{amount}", `¥${yuan(fen)}`).replace("{most}", `¥${yuan(most)}`);
    const said = this.form.querySelector("[data-over-text]");
    if (said.textContent !== text) said.textContent = text;
  }

  #useProposal() {
    this.typed = false;
    this.#update();
  }

  #readAmount(wrong) {
    const { available_fen: available, authority_fen: authority, words } = this.data;
    const fen = parse(this.form.elements.amount.value);
    if (fen === null) wrong.push(["wrong_amount", "amount"]);
    const most = Math.min(available ?? Infinity, authority ?? Infinity);
    if (fen > most) {
      const why = authority === most ? words.wrong_authority : words.wrong_price;
      const text = words.wrong_most.replace("{amount}", `¥${yuan(most)}`).replace("{why}", why);
      wrong.push([text, "amount"]);
    }
    return fen;
  }
}

function yuan(fen) {
  return (fen / 100).toFixed(2);
}

/** Returns an amount in yuan as fen; null where it is none. */
function parse(text) {
  const found = MONEY.exec(text.trim().replace(/^[¥￥]/, ""));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}
