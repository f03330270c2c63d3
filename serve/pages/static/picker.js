// Photos gather from camera and gallery in one list, each with a thumbnail and what is wrong with it.

import { prepareInTurn } from "./preparing.js";
import { fill, makeElement, showMistakes } from "./words.js";

const isSame = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

export class Picker {
  // `changed` is called when photos come, are ready, or go.
  constructor(form, words, limits, changed) {
    this.inputs = [...form.querySelectorAll("input[type=file]")];
    this.thumbs = form.querySelector("[data-thumbs]");
    this.count = form.querySelector("[data-count]");
    Object.assign(this, { words, limits, changed, photos: [] });
    this.inputs.forEach((input) => {
      input.addEventListener("change", () => this.take(input));
    });
  }

  // A browser may restore a field, but not our list, when it comes back to the page.
  takeKept() {
    this.inputs.filter((input) => input.files.length).forEach((input) => this.take(input));
  }

  take(input) {
    const mistakes = new Set();
    for (const file of input.files) {
      if (this.photos.some((photo) => photo.file && isSame(photo.file, file))) continue;
      if (file.size > this.limits.max_bytes) {
        mistakes.add(fill(this.words.in_file, { name: file.name, text: this.words.too_large }));
      } else if (this.photos.length >= this.limits.max_photos) {
        mistakes.add(this.words.too_many);
      } else {
        this.add(file);
      }
    }
    input.value = ""; // what is sent is this list; the same photo can be chosen again
    this.tell("");
    showMistakes([...mistakes]);
  }

  add(file) {
    const photo = { file, name: file.name, blob: file, problem: "" };
    photo.item = this.makeItem(photo);
    photo.ready = prepareInTurn(file, this.limits).then((done) => {
      Object.assign(photo, done);
      this.showProblem(photo);
      if (this.photos.includes(photo)) this.changed();
    });
    this.insert(photo);
    this.changed();
  }

  // Puts photos back that were prepared before.
  restore(photos) {
    photos.slice(0, this.limits.max_photos - this.photos.length).forEach((kept) => {
      const photo = { ...kept, file: null, ready: Promise.resolve() };
      photo.item = this.makeItem(photo);
      this.insert(photo);
      this.showProblem(photo);
    });
    this.tell("");
  }

  insert(photo) {
    this.photos.push(photo);
    this.thumbs.append(photo.item);
    this.thumbs.hidden = false;
  }

  remove(photo) {
    const at = this.photos.indexOf(photo);
    this.photos.splice(at, 1);
    photo.item.remove();
    this.thumbs.hidden = this.photos.length === 0;
    this.tell(this.words.removed);
    const next = this.photos[Math.min(at, this.photos.length - 1)];
    const field = this.inputs.find((input) => input.offsetParent) ?? this.inputs[0];
    (next ? next.item.querySelector("button") : field).focus();
    this.changed();
  }

  clear() {
    this.photos.splice(0).forEach((photo) => photo.item.remove());
    this.thumbs.hidden = true;
    this.tell("");
  }

  list() {
    return this.photos.map(({ name, blob, problem }) => ({ name, blob, problem }));
  }

  async whenReady() {
    await Promise.all(this.photos.map((photo) => photo.ready));
  }

  // Names the photos whose bytes cannot be had (any more); each then says what to do about it.
  async listUnreadable() {
    const told = this.photos.map(({ name, blob }) => blob.arrayBuffer().then(
      () => "",
      () => fill(this.words.in_file, { name, text: this.words.looks_unreadable }),
    ));
    return (await Promise.all(told)).filter(Boolean);
  }

  makeItem(photo) {
    const picture = makeElement("img", { alt: photo.name });
    picture.onload = () => URL.revokeObjectURL(picture.src);
    // A browser that cannot show HEIC can still send it.
    picture.onerror = () => picture.replaceWith(makeElement("span", { textContent: photo.name }));
    picture.src = URL.createObjectURL(photo.blob);
    const remove = makeElement("button", { type: "button", onclick: () => this.remove(photo) });
    remove.setAttribute("aria-label", fill(this.words.remove, { name: photo.name }));
    const frame = makeElement("div", { className: "thumb" }, picture, remove);
    return makeElement("li", {}, frame);
  }

  showProblem(photo) {
    if (!photo.problem) return;
    const text = this.words[`looks_${photo.problem}`];
    photo.item.append(makeElement("p", { className: "doubt", textContent: text }));
    this.tell(fill(this.words.in_file, { name: photo.name, text }));
  }

  // Said aloud as well; what is seen under the thumbnail need not be read twice.
  tell(said) {
    const count = this.photos.length;
    const total = count ? fill(this.words.chosen, { count }) : "";
    const unseen = makeElement("span", { className: "unseen", textContent: said && ` ${said}` });
    this.count.replaceChildren(total, unseen);
  }
}
