// A form with photos: picker, draft and sending put together.

import * as drafts from "./drafts.js";
import { Picker } from "./picker.js";
import { Sending } from "./sending.js";
import { showMistakes } from "./words.js";

export async function enhanceForm(form) {
  const words = JSON.parse(form.dataset.words);
  const limits = JSON.parse(form.dataset.limits);
  const name = new URL(form.action).pathname;
  const field = (key) => form.elements[key] ?? { value: "" };
  // How many claims there are tells later whether one of them may have taken the key.
  const fields = () => ({
    ...Object.fromEntries(["reason", "description", "key"].map((key) => [key, field(key).value])),
    claims: form.dataset.claims,
  });
  const isUntouched = () => !fields().reason && !fields().description && !picker.photos.length;
  const keepFields = () => (isUntouched() ? drafts.drop(name) : drafts.keepFields(name, fields()));
  const picker = new Picker(form, words, limits, () => {
    keepFields();
    drafts.keepPhotos(name, picker.list());
  });
  const sending = new Sending(form, words, {
    parts: () => gather(form, picker),
    unreadable: () => picker.listUnreadable(),
    sent: () => drafts.drop(name),
    refused: (answer) => {
      if (takeKey(form, answer)) keepFields();
    },
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending.busy) return;
    const needsPhoto = field("reason").value !== "delivery";
    if (needsPhoto && !picker.photos.length) showMistakes([words.no_photo]);
    else sending.start();
  });

  picker.takeKept();
  const draft = await drafts.load(name);
  if (draft && isUntouched()) restore(form, draft, picker, name);
  form.addEventListener("input", (event) => event.target.type === "file" || keepFields());
  form.dataset.ready = "";
}

async function gather(form, picker) {
  await picker.whenReady();
  const data = new FormData(form);
  data.delete("photo");
  picker.list().forEach(({ name, blob }) => data.append("photo", blob, name));
  return data;
}

// A key that another claim has taken is replaced in the answer, which shows that claim as well.
function takeKey(form, answer) {
  const fresh = answer.querySelector("form[data-claims]");
  if (!fresh || fresh.elements.key.value === form.elements.key.value) return false;
  form.elements.key.value = fresh.elements.key.value;
  form.dataset.claims = fresh.dataset.claims;
  const [reasons, before] = [fresh, form].map((page) => page.querySelector(".reasons"));
  before.replaceChildren(...reasons.childNodes);
  return true;
}

function restore(form, { fields, photos }, picker, name) {
  const reasons = [...form.querySelectorAll("input[name=reason]")];
  const picked = reasons.find((radio) => radio.value === fields.reason);
  if (fields.reason && !picked) { // claimed since
    drafts.drop(name);
    return;
  }
  const mintedKey = form.elements.key?.value;
  if (picked) picked.checked = true;
  if (fields.description) form.elements.description.value = fields.description;
  if (fields.key && fields.claims === form.dataset.claims) form.elements.key.value = fields.key;
  picker.restore(photos);
  const note = form.querySelector("[data-draft]");
  note.hidden = false;
  note.querySelector("button").addEventListener("click", async () => {
    await drafts.drop(name);
    picker.clear();
    form.reset();
    if (mintedKey) form.elements.key.value = mintedKey; // what is entered now is another claim
    note.hidden = true;
    document.getElementById("main").focus();
  });
}
