// The fields that label the photo in view, and its boxes and regions as numbers.

export class LabelForm {
  constructor(form, data, labels, marks) {
    this.form = form;
    this.data = data;
    this.labels = labels;
    this.marks = marks;
    this.rows = form.querySelector("[data-rows]");
    this.numbers = form.querySelector("[data-numbers]");
    form.querySelector("[data-labels]").addEventListener("change", (event) => this.#read(event));
    form.querySelector("[data-add-box]").addEventListener("click", () => this.#addBox());
    form.querySelector("[data-add-region]").addEventListener("click", () => this.#addRegion());
    labels.addEventListener("select", () => this.#show());
    labels.addEventListener("change", () => this.#show());
    marks.addEventListener("choose", () => this.#showChosen());
    this.#show();
  }

  #read(event) {
    const field = event.target;
    if (field.closest("[data-rows]")) return this.#readRow(field);
    this.labels.change((label) => {
      if (field.name === "spoilage") label.spoilage = field.value;
      if (field.name === "spoilage_severity") label.grade = field.value;
      if (field.name === "none_seen") this.#setNone(label, field.checked);
      if (field.name === "kind") this.#setKind(label, field);
    });
  }

  #setNone(label, none) {
    label.none = none;
    if (none) label.kinds = [];
  }

  #setKind(label, { value, checked }) {
    label.kinds = label.kinds.filter((kind) => kind !== value);
    if (checked) label.kinds.push(value);
    label.none &&= !checked;
  }

  #readRow(field) {
    const row = field.closest("li");
    const { label } = this.labels;
    if (row.dataset.region !== undefined) {
      const points = parsePoints(field.value);
      if (points) {
        this.labels.setRegion(Number(row.dataset.region), points);
      } else this.#show();
      return;
    }
    const box = label.boxes[Number(row.dataset.row)];
    const values = [...row.querySelectorAll("input")].map((input) => Number(input.value) || 0);
    const kind = row.querySelector("select").value;
    this.labels.change(() => Object.assign(box, { box: this.labels.fit(values), kind, mine: true }));
  }

  #addBox() {
    if (!this.labels.measurable) return;
    const { width_px: width, height_px: height } = this.labels.photo;
    this.marks.choose(this.labels.addBox([width / 3, height / 3, (2 * width) / 3, (2 * height) / 3]));
    this.rows.querySelector("li.chosen input")?.focus();
  }

  #addRegion() {
    if (!this.labels.measurable) return;
    const { width_px: width, height_px: height } = this.labels.photo;
    const [left, right, top, bottom] = [width / 3, (2 * width) / 3, height / 3, (2 * height) / 3];
    this.labels.addRegion([[left, top], [right, top], [right, bottom], [left, bottom]]);
    this.rows.querySelector("li:last-child input")?.focus();
  }

  #show() {
    const { label, at } = this.labels;
    const title = this.form.querySelector("[data-labels-title]");
    title.textContent = this.data.words.labels.replace("{number}", at + 1);
    const boxed = label.none ? [] : label.boxes.filter((box) => box.mine).map((box) => box.kind);
    for (const field of this.form.elements) {
      if (field.name === "spoilage") field.checked = field.value === label.spoilage;
      if (field.name === "spoilage_severity") field.value = label.grade;
      if (field.name === "none_seen") field.checked = label.none;
      if (field.name === "kind") {
        field.checked = label.kinds.includes(field.value) || boxed.includes(field.value);
      }
    }
    this.form.querySelector("[data-grade-row]").hidden = label.spoilage !== "yes";
    const count = label.boxes.length + label.regions.length;
    this.form.querySelector("[data-marks-count]").textContent = count ? `(${count})` : "";
    if (count) this.numbers.open = true;
    this.#showRows(label);
  }

  /** Writes the rows anew, and leaves the cursor where it was. */
  #showRows(label) {
    const active = document.activeElement;
    const row = active?.closest?.("[data-rows] li");
    const place = row && [[...this.rows.children].indexOf(row), fields(row).indexOf(active)];
    this.rows.replaceChildren(
      ...label.boxes.map((box, index) => this.#boxRow(box, index)),
      ...label.regions.map((points, index) => this.#regionRow(points, index)),
    );
    this.#showChosen();
    if (place && this.rows.children[place[0]]) fields(this.rows.children[place[0]])[place[1]]?.focus();
  }

  #showChosen() {
    [...this.rows.querySelectorAll("[data-row]")].forEach((row) => {
      row.classList.toggle("chosen", Number(row.dataset.row) === this.marks.chosen);
    });
    [...this.rows.querySelectorAll("[data-region]")].forEach((row) => {
      row.classList.toggle("chosen", Number(row.dataset.region) === this.marks.region);
    });
  }

  #boxRow({ kind, box, mine }, index) {
    const { words, kinds } = this.data;
    const name = words.box.replace("{number}", index + 1);
    const row = Object.assign(document.createElement("li"), { className: mine ? "" : "machine" });
    row.dataset.row = index;
    const select = document.createElement("select");
    Object.entries(kinds).forEach(([value, word]) => select.append(new Option(word, value)));
    select.value = kind;
    select.setAttribute("aria-label", `${name}: ${words.kind}`);
    const inputs = ["x0", "y0", "x1", "y1"].map((corner, at) => {
      const most = at % 2 ? this.labels.photo.height_px : this.labels.photo.width_px;
      const input = Object.assign(document.createElement("input"), {
        type: "number", min: 0, max: most, value: box[at], title: corner,
      });
      input.setAttribute("aria-label", `${name}: ${corner}`);
      return input;
    });
    const confirm = button("✓", `${words.confirm}: ${name}`, () =>
      this.labels.change((label) => Object.assign(label.boxes[index], { mine: true })));
    confirm.hidden = mine;
    const corners = Object.assign(document.createElement("span"), { className: "corners" });
    corners.append(...inputs);
    row.append(select, confirm, button("×", `${words.delete}: ${name}`, () => {
      this.marks.choose(index);
      this.marks.deleteChosen();
    }), corners);
    row.addEventListener("focusin", () => this.marks.chosen !== index && this.marks.choose(index));
    return row;
  }

  #regionRow(points, index) {
    const { words } = this.data;
    const row = document.createElement("li");
    row.dataset.region = index;
    const input = Object.assign(document.createElement("input"), {
      type: "text", value: points.map((point) => point.join(",")).join(" "),
    });
    input.setAttribute("aria-label", words.region_points.replace("{number}", index + 1));
    const name = words.region.replace("{number}", index + 1);
    const caption = Object.assign(document.createElement("span"), { textContent: name });
    row.append(caption, input, button("×", `${words.delete}: ${name}`, () => {
      this.marks.choose(null, index);
      this.marks.deleteChosen();
    }));
    row.addEventListener("focusin", () => this.marks.region !== index && this.marks.choose(null, index));
    return row;
  }
}

function button(text, name, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.setAttribute("aria-label", name);
  made.title = name;
  made.addEventListener("click", act);
  return made;
}

function fields(row) {
  return [...row.querySelectorAll("select, input, button")];
}

/** Returns the points of "x,y x,y x,y"; null where that is none of three to 200 points. */
function parsePoints(text) {
  const parts = text.trim().split(/[\s;]+/);
  const points = parts.map((part) => part.split(",").map(Number));
  const right = points.every((point) => point.length === 2 && point.every(Number.isFinite));
  return right && points.length >= 3 && points.length <= 200 ? points : null;
}
