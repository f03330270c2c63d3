// Boxes and regions over the photo: drawn, moved, resized and thrown away with mouse or finger.

import { simplify } from "./case_outline.js";

const SVG = "http://www.w3.org/2000/svg";
const LEAST_SCREEN_PX = 4;
const HANDLE_SCREEN_PX = 9;
const OUTLINE_SCREEN_PX = 2; // a drawn line may be off by as much, so that its points can be grasped
const CORNERS = { nw: [0, 1], ne: [2, 1], sw: [0, 3], se: [2, 3] };

export class Marks extends EventTarget {
  constructor(root, data, labels, viewer) {
    super();
    this.root = root;
    this.data = data;
    this.labels = labels;
    this.viewer = viewer;
    this.stage = root.querySelector("[data-stage]");
    this.svg = root.querySelector("[data-marks]");
    this.mode = "look";
    this.chosen = null; // a box
    this.region = null; // or a region, by its place in the label
    this.gesture = null;
    labels.addEventListener("select", () => this.#reset());
    labels.addEventListener("change", () => this.draw());
    viewer.addEventListener("move", () => this.draw());
    // Before the viewer hears of it: what touches a box does not drag the photo.
    this.stage.addEventListener("pointerdown", (event) => this.#press(event), true);
    this.stage.addEventListener("pointermove", (event) => this.#drag(event), true);
    this.stage.addEventListener("pointerup", (event) => this.#release(event), true);
    this.stage.addEventListener("pointercancel", () => this.#drop(), true);
    this.#reset();
  }

  toggle(mode) {
    if (this.locked) return;
    this.#setMode(this.mode === mode ? "look" : mode);
  }

  leave() {
    this.#drop();
    this.#setMode("look");
    this.choose(null);
  }

  choose(index, region = null) {
    this.chosen = index;
    this.region = region;
    this.draw();
    this.dispatchEvent(new Event("choose"));
  }

  deleteChosen() {
    const { label } = this.labels;
    const [all, index] = this.region === null
      ? [label?.boxes, this.chosen]
      : [label?.regions, this.region];
    if (this.locked || !all?.[index]) return;
    this.chosen = this.region = null;
    this.labels.change(() => all.splice(index, 1));
  }

  /** Moves or, where it should grow, resizes what is chosen by whole steps; false without one. */
  nudge(x, y, grow) {
    const found = this.labels.label?.boxes[this.chosen];
    const region = this.labels.label?.regions[this.region];
    if (this.locked || !(found || region)) return false;
    const step = Math.max(1, Math.round(this.labels.photo.width_px / 200));
    if (region) {
      this.labels.setRegion(this.region, this.labels.shift(region, x * step, y * step));
      return true;
    }
    const [x0, y0, x1, y1] = found.box;
    const moved = grow
      ? [x0, y0, x1 + x * step, y1 + y * step]
      : [x0 + x * step, y0 + y * step, x1 + x * step, y1 + y * step];
    this.#setBox(this.chosen, grow ? this.labels.fit(moved) : this.#shift(moved, found.box));
    return true;
  }

  get locked() {
    const button = this.root.querySelector(".drawing button");
    return !button || button.disabled || !this.labels.measurable;
  }

  draw() {
    const { photo, label } = this.labels;
    this.svg.setAttribute("viewBox", `0 0 ${photo.width_px || 1} ${photo.height_px || 1}`);
    const unit = this.#unit();
    const regions = label.spoilage === "yes" || this.mode === "region" ? label.regions : [];
    this.svg.replaceChildren(
      ...regions.flatMap((points, index) => this.#drawRegion(points, index, unit)),
      ...(label.none ? [] : label.boxes.flatMap((box, index) => this.#drawBox(box, index, unit))),
      ...(this.gesture?.draft ? [this.gesture.draft] : []),
    );
  }

  #reset() {
    this.gesture = null;
    this.chosen = this.region = null;
    this.#setMode("look");
    this.draw();
  }

  #setMode(mode) {
    this.mode = mode;
    this.stage.classList.toggle("editing", mode !== "look");
    for (const name of ["box", "region"]) {
      const button = this.root.querySelector(`[data-do=draw_${name}]`);
      button?.setAttribute("aria-pressed", String(mode === name));
    }
    this.viewer.say(mode === "look" ? "" : this.data.words[`hint_${mode}`]);
  }

  /** Returns how many pixels of the original one pixel of the screen is. */
  #unit() {
    return 1 / (this.svg.getScreenCTM()?.a || 1);
  }

  #point(event) {
    const matrix = this.svg.getScreenCTM();
    if (!matrix) return [0, 0];
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [point.x, point.y];
  }

  #drawRegion(points, index, unit) {
    const chosen = index === this.region;
    const shape = outline(`region${chosen ? " chosen" : ""}`, points);
    shape.dataset.region = index;
    const handles = (chosen && !this.locked ? points : []).map(([x, y], at) => {
      const handle = element("circle", { cx: x, cy: y, r: (HANDLE_SCREEN_PX / 2) * unit });
      handle.setAttribute("class", "handle");
      handle.dataset.vertex = at;
      return handle;
    });
    return [shape, ...handles];
  }

  #drawBox({ kind, box, probability, mine }, index, unit) {
    const [x0, y0, x1, y1] = box;
    const chosen = index === this.chosen;
    const rect = element("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0 });
    rect.setAttribute("class", `box ${mine ? "mine" : "machine"}${chosen ? " chosen" : ""}`);
    rect.dataset.box = index;
    const text = element("text", { x: x0, y: Math.max(14 * unit, y0 - 5 * unit) });
    text.setAttribute("font-size", 13 * unit);
    text.setAttribute("class", mine ? "box-name mine" : "box-name machine");
    const sure = mine || probability === undefined ? "" : ` ${Math.round(100 * probability)}%`;
    text.textContent = this.data.kinds[kind] + sure;
    const side = HANDLE_SCREEN_PX * unit;
    const handles = Object.entries(chosen && !this.locked ? CORNERS : {}).map(([name, [x, y]]) => {
      const place = { x: box[x] - side / 2, y: box[y] - side / 2, width: side, height: side };
      const handle = element("rect", place);
      handle.setAttribute("class", `handle ${name}`);
      handle.dataset.handle = name;
      return handle;
    });
    return [rect, text, ...handles];
  }

  #press(event) {
    if (event.button !== 0 || this.locked || this.gesture) return;
    const { box, handle, region, vertex } = event.target.dataset ?? {};
    const start = this.#point(event);
    if (this.mode === "look" && (box ?? handle ?? region ?? vertex) === undefined) {
      if (this.chosen !== null || this.region !== null) this.choose(null);
      return;
    }
    event.stopPropagation();
    event.preventDefault();
    this.stage.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    this.gesture = { kind: this.mode, start, points: [start], pointer: event.pointerId };
    if (this.mode !== "look") return;
    if ((region ?? vertex) !== undefined) return this.#grasp(region, vertex);
    this.gesture.kind = handle === undefined ? "move" : "resize";
    if (handle === undefined) this.choose(Number(box));
    this.gesture.corner = CORNERS[handle];
    this.gesture.box = [...this.labels.label.boxes[this.chosen].box];
  }

  #grasp(region, vertex) {
    if (region !== undefined) this.choose(null, Number(region));
    this.gesture.kind = region === undefined ? "vertex" : "shape";
    this.gesture.vertex = Number(vertex);
    this.gesture.shape = this.labels.label.regions[this.region];
  }

  #drag(event) {
    const gesture = this.gesture;
    if (!gesture || event.pointerId !== gesture.pointer) return;
    event.stopPropagation();
    const point = this.#point(event);
    const [dx, dy] = [point[0] - gesture.start[0], point[1] - gesture.start[1]];
    gesture.moved ||= Math.hypot(dx, dy) > LEAST_SCREEN_PX * this.#unit();
    if (gesture.kind === "move" && gesture.moved) {
      const [x0, y0, x1, y1] = gesture.box;
      const wanted = [x0 + dx, y0 + dy, x1 + dx, y1 + dy];
      this.#setBox(this.chosen, this.#shift(wanted, gesture.box));
    } else if (gesture.kind === "resize") {
      const box = [...gesture.box];
      box[gesture.corner[0]] += dx;
      box[gesture.corner[1]] += dy;
      this.#setBox(this.chosen, this.labels.fit(box));
    } else if (gesture.kind === "shape" && gesture.moved) {
      this.labels.setRegion(this.region, this.labels.shift(gesture.shape, dx, dy));
    } else if (gesture.kind === "vertex") {
      const moved = (old, at) => (at === gesture.vertex ? point : old);
      this.labels.setRegion(this.region, gesture.shape.map(moved));
    } else if (gesture.kind === "box") {
      const [x0, y0, x1, y1] = this.labels.fit([...gesture.start, ...point]);
      gesture.draft = element("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0 });
      gesture.draft.setAttribute("class", "box mine");
      this.draw();
    } else if (gesture.kind === "region") {
      gesture.points.push(point);
      gesture.draft = outline("region draft", gesture.points);
      this.draw();
    }
  }

  #release(event) {
    const gesture = this.gesture;
    if (!gesture || event.pointerId !== gesture.pointer) return;
    event.stopPropagation();
    this.gesture = null;
    if (gesture.kind === "box" && gesture.moved) {
      const index = this.labels.addBox([...gesture.start, ...this.#point(event)]);
      this.#setMode("look");
      this.choose(index);
    } else if (gesture.kind === "region" && gesture.moved) {
      const points = simplify(gesture.points, OUTLINE_SCREEN_PX * this.#unit());
      if (points.length >= 3) {
        this.labels.addRegion(points);
        this.#setMode("look");
        this.choose(null, this.labels.label.regions.length - 1);
      }
    }
    this.draw();
  }

  #drop() {
    this.gesture = null;
    this.draw();
  }

  #setBox(index, box) {
    this.labels.change((label) => Object.assign(label.boxes[index], { box, mine: true }));
  }

  /** Returns the moved box pushed back into the picture, its size kept. */
  #shift([x0, y0], [a, b, c, d]) {
    const { width_px: width, height_px: height } = this.labels.photo;
    const left = Math.min(width - (c - a), Math.max(0, Math.round(x0)));
    const top = Math.min(height - (d - b), Math.max(0, Math.round(y0)));
    return [left, top, left + c - a, top + d - b];
  }
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function outline(name, points) {
  const made = element("polygon", { points: points.map((point) => point.join(",")).join(" ") });
  made.setAttribute("class", name);
  return made;
}
