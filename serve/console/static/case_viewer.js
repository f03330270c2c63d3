// The photo large: zoom, drag, the model's marks, and the packing photo beside it or behind a slider.

const MOST_ZOOM = 12;
const PACKING = ["off", "beside", "slide"];

export class Viewer extends EventTarget {
  constructor(root, data, labels) {
    super();
    this.root = root;
    this.data = data;
    this.labels = labels;
    this.stage = root.querySelector("[data-stage]");
    this.pane = root.querySelector("[data-pane]");
    this.photo = root.querySelector("[data-photo]");
    this.overlay = root.querySelector("[data-overlay]");
    this.note = root.querySelector("[data-stage-note]");
    this.slide = root.querySelector("[data-slider]");
    this.packing = "off";
    this.marked = true;
    this.view = { scale: 1, x: 0, y: 0 };
    this.pointers = new Map();
    this.#listen();
    labels.addEventListener("select", () => this.#show());
    this.#show();
  }

  get zoomed() {
    return this.view.scale > 1;
  }

  step(by) {
    if (this.data.photos.length > 1) this.labels.select(this.labels.at + by);
  }

  zoom(factor, at = null) {
    const box = this.pane.getBoundingClientRect();
    const [px, py] = at ?? [box.width / 2, box.height / 2];
    const scale = Math.min(MOST_ZOOM, Math.max(1, this.view.scale * factor));
    const grown = scale / this.view.scale;
    this.#place(scale, px - (px - this.view.x) * grown, py - (py - this.view.y) * grown);
  }

  reset() {
    this.#place(1, 0, 0);
  }

  pan(dx, dy) {
    this.#place(this.view.scale, this.view.x + dx, this.view.y + dy);
  }

  toggleOverlay() {
    this.marked = !this.marked;
    this.#showOverlay();
  }

  nextPacking() {
    if (!this.slide) return;
    this.packing = PACKING[(PACKING.indexOf(this.packing) + 1) % PACKING.length];
    this.#showPacking();
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }

  #place(scale, x, y) {
    const box = this.pane.getBoundingClientRect();
    const within = (value, side) => Math.min(0, Math.max(side * (1 - scale), value));
    this.view = { scale, x: within(x, box.width), y: within(y, box.height) };
    const { x: left, y: top } = this.view;
    for (const scene of this.stage.querySelectorAll("[data-scene]")) {
      scene.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
    }
    this.stage.classList.toggle("zoomed", this.zoomed);
    this.stage.dataset.zoom = scale.toFixed(2);
    this.dispatchEvent(new Event("move"));
  }

  #show() {
    const { photo, at } = this.labels;
    this.photo.src = photo.url;
    if (photo.width_px) this.stage.style.setProperty("--ratio", `${photo.width_px} / ${photo.height_px}`);
    this.photo.alt = this.data.words.photo_alt.replace("{number}", at + 1);
    const count = this.root.querySelector("[data-at]");
    count.textContent = `${at + 1} / ${this.data.photos.length}`;
    this.root.querySelectorAll("[data-pick]").forEach((button) => {
      button.setAttribute("aria-current", String(Number(button.dataset.pick) === at));
    });
    this.root.querySelectorAll("[data-photo-scores]").forEach((scores) => {
      scores.hidden = Number(scores.dataset.photoScores) !== at;
    });
    this.say("");
    this.reset();
    this.#showOverlay();
  }

  #showOverlay() {
    const { photo } = this.labels;
    const button = this.root.querySelector("[data-do=overlay]");
    const drawable = Boolean(photo.overlay_url) && photo.marks.length > 0;
    const shown = drawable && this.marked;
    if (shown && this.overlay.getAttribute("src") !== photo.overlay_url) {
      this.overlay.src = photo.overlay_url;
    }
    this.overlay.hidden = !shown;
    this.stage.classList.toggle("unmarked", !this.marked);
    this.stage.classList.toggle("overlaid", shown);
    button?.setAttribute("aria-pressed", String(this.marked));
    const legend = this.root.querySelector("[data-legend]");
    if (legend) {
      legend.hidden = !shown;
      legend.querySelectorAll("[data-mark]").forEach((item) => {
        item.hidden = !photo.marks.includes(item.dataset.mark);
      });
    }
  }

  #showPacking() {
    const mode = this.packing;
    const beside = this.root.querySelector("[data-packing-pane]");
    const layer = this.root.querySelector("[data-packing-layer]");
    const shown = { beside: beside.querySelector("img"), slide: layer }[mode];
    if (shown && !shown.getAttribute("src")) shown.src = this.slide.dataset.packingUrl;
    beside.hidden = mode !== "beside";
    layer.hidden = this.slide.hidden = mode !== "slide";
    const button = this.root.querySelector("[data-do=packing]");
    button.setAttribute("aria-pressed", String(mode !== "off"));
    const name = button.querySelector("[data-packing-mode]");
    name.textContent = name.dataset[mode];
    this.stage.dataset.packing = mode;
    this.#cut();
    this.reset();
  }

  #cut() {
    const layer = this.root.querySelector("[data-packing-layer]");
    const percent = Number(this.slide.querySelector("input").value);
    layer.style.clipPath = `inset(0 0 0 ${percent}%)`;
    // The marks are the customer's photo's alone.
    const marks = this.root.querySelector("[data-marks]");
    marks.style.clipPath = this.packing === "slide" ? `inset(0 ${100 - percent}% 0 0)` : "";
    this.stage.dataset.cut = percent;
  }

  #listen() {
    this.root.querySelectorAll("[data-pick]").forEach((button) => {
      button.addEventListener("click", () => this.labels.select(Number(button.dataset.pick)));
    });
    this.slide?.addEventListener("input", () => this.#cut());
    this.photo.addEventListener("error", () => this.say(this.data.words.photo_failed));
    // Where the evidence cannot be drawn just now, the photo itself is shown.
    this.overlay.addEventListener("error", () => {
      this.overlay.hidden = true;
      this.stage.classList.remove("overlaid");
      this.overlay.removeAttribute("src");
      this.say(this.data.words.overlay_failed);
    });
    this.stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.stage.addEventListener("pointerdown", (event) => this.#press(event));
    this.stage.addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.stage.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    }
    new ResizeObserver(() => this.#place(this.view.scale, this.view.x, this.view.y)).observe(
      this.stage,
    );
  }

  #wheel(event) {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 400), this.#at(event));
  }

  #at(event) {
    const pane = event.target.closest?.(".pane") ?? this.pane;
    const box = pane.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #press(event) {
    if (event.button === 0) this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
  }

  // One finger or the mouse drags, unless a box is being drawn or moved; two fingers zoom.
  #drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (others.length === 1) {
      const [other] = others[0].slice(1);
      const far = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
      const box = this.pane.getBoundingClientRect();
      const middle = [(event.clientX + other[0]) / 2, (event.clientY + other[1]) / 2];
      const grown = far([event.clientX, event.clientY]) / Math.max(1, far(before));
      this.zoom(grown, [middle[0] - box.left, middle[1] - box.top]);
    } else if (!others.length && !this.stage.classList.contains("editing")) {
      this.pan(event.clientX - before[0], event.clientY - before[1]);
    }
  }
}
