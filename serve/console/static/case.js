// A case on one screen: puts the parts together. The page's data is in data-case.

import { Desk } from "./case_desk.js";
import { Draft } from "./case_draft.js";
import { Hold } from "./case_hold.js";
import { LabelForm } from "./case_label_form.js";
import { Labels } from "./case_labels.js";
import { LastVerdicts } from "./case_last.js";
import { listenToKeys } from "./case_keys.js";
import { Marks } from "./case_marks.js";
import { Verdict } from "./case_verdict.js";
import { Viewer } from "./case_viewer.js";

const root = document.querySelector("[data-case]");
const data = JSON.parse(root.dataset.case);

const labels = new Labels(data.photos);
const stage = root.querySelector("[data-stage]");
const viewer = stage ? new Viewer(root, data, labels) : null;
const marks = stage ? new Marks(root, data, labels, viewer) : null;
const form = root.querySelector("form[data-verdict]");
const verdict = form ? new Verdict(root, form, data, labels) : null;
if (form && stage) new LabelForm(form, data, labels, marks);

function allowDrawing(allowed) {
  root.querySelectorAll(".drawing button").forEach((button) => (button.disabled = !allowed));
  if (!allowed) marks?.leave();
}

const hold = new Hold(root, data, (mine) => {
  verdict?.allow(mine);
  allowDrawing(mine);
});
const desk = verdict ? new Desk(root, data, verdict, hold, () => allowDrawing(false)) : null;

const last = new LastVerdicts(root, data);

const keys = root.querySelector("[data-keys]");
root.querySelector("[data-close-keys]").addEventListener("click", () => keys.close());

const actions = {
  previous: () => viewer?.step(-1),
  next: () => viewer?.step(1),
  zoom_in: () => viewer?.zoom(1.5),
  zoom_out: () => viewer?.zoom(1 / 1.5),
  whole: () => viewer?.reset(),
  overlay: () => viewer?.toggleOverlay(),
  packing: () => viewer?.nextPacking(),
  draw_box: () => marks?.toggle("box"),
  draw_region: () => marks?.toggle("region"),
  delete_box: () => marks?.deleteChosen(),
  nudge: (x, y, grow) => marks?.nudge(x, y, grow) ?? false,
  grade: (value) => verdict?.pick("severity", value),
  decide: (value) => verdict?.pick("decision", value),
  amount: () => verdict?.focus("amount"),
  note: () => verdict?.focus("note"),
  spoilage: (value) => verdict?.pick("spoilage", value),
  kinds: () => verdict?.focus("none_seen"),
  none_seen: () => verdict?.click("none_seen"),
  send: () => desk?.send(),
  undo: () => (desk?.undoable ? desk.undo() : last.undo()),
  go_on: () => desk?.next(),
  help: () => (keys.open ? keys.close() : keys.showModal()),
  escape: () => {
    marks?.leave();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  },
};
root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) actions[button.dataset.do]();
});
listenToKeys(actions, keys);

if (!verdict) new Draft(data).forget();
verdict?.restore();
desk?.start();
if (data.waiting && !data.pending?.mine) hold.take();
document.documentElement.classList.add("scripted");
