// What the agent says about each photo, in the shape that a verdict's labels are made from.

const EMPTY = () => ({ spoilage: "", grade: "", none: false, kinds: [], boxes: [], regions: [] });

export class Labels extends EventTarget {
  constructor(photos) {
    super();
    this.photos = photos;
    this.at = 0;
    this.byPhoto = Object.fromEntries(photos.map((photo) => [photo.sha256, EMPTY()]));
    // The model's boxes, until the agent makes them their own or throws them away.
    photos.forEach((photo) => {
      this.byPhoto[photo.sha256].boxes = photo.objects.map((found) => ({
        kind: found.kind,
        box: [...found.box_px],
        probability: found.probability,
        mine: false,
      }));
    });
  }

  get photo() {
    return this.photos[this.at];
  }

  get label() {
    return this.byPhoto[this.photo.sha256];
  }

  /** Whether boxes and regions can be drawn: the size of the original is known. */
  get measurable() {
    return Boolean(this.photo?.width_px && this.photo?.height_px);
  }

  select(at) {
    this.at = (at + this.photos.length) % this.photos.length;
    this.dispatchEvent(new Event("select"));
  }

  change(how) {
    how(this.label);
    this.dispatchEvent(new Event("change"));
  }

  addBox(box, kind = "other") {
    this.change((label) => {
      label.boxes.push({ kind, box: this.fit(box), mine: true });
      label.none = false;
    });
    return this.label.boxes.length - 1;
  }

  addRegion(points) {
    this.change((label) => {
      label.regions.push(points.map((point) => this.inside(point)));
      label.spoilage = "yes";
    });
  }

  setRegion(index, points) {
    this.change((label) => label.regions.splice(index, 1, points.map((point) => this.inside(point))));
  }

  /** Returns the points moved as far as all of them stay within the picture. */
  shift(points, dx, dy) {
    const within = (by, values, most) =>
      Math.min(most - Math.max(...values), Math.max(-Math.min(...values), by));
    const x = within(dx, points.map((point) => point[0]), this.photo.width_px);
    const y = within(dy, points.map((point) => point[1]), this.photo.height_px);
    return points.map((point) => [point[0] + x, point[1] + y]);
  }

  /** Returns a point as whole pixels within the picture. */
  inside([x, y]) {
    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    return [within(x, this.photo.width_px), within(y, this.photo.height_px)];
  }

  /** Returns x0 < x1 and y0 < y1 as whole pixels within the picture, whatever the corners. */
  fit([ax, ay, bx, by]) {
    const [a, b] = [this.inside([ax, ay]), this.inside([bx, by])];
    const span = (one, other, most) => {
      const low = Math.min(one, other, most - 1);
      return [low, Math.max(low + 1, Math.max(one, other))];
    };
    const [x0, x1] = span(a[0], b[0], this.photo.width_px);
    const [y0, y1] = span(a[1], b[1], this.photo.height_px);
    return [x0, y0, x1, y1];
  }

  /** Returns the labels to send; photos that nothing was said about are left out. */
  toVerdict() {
    return this.photos
      .map((photo) => this.#toLabel(photo.sha256, this.byPhoto[photo.sha256]))
      .filter((label) => label !== null);
  }

  #toLabel(photo, said) {
    const boxes = said.none ? [] : said.boxes.filter((box) => box.mine);
    const kinds = [...new Set([...said.kinds, ...boxes.map((box) => box.kind)])];
    if (!said.spoilage && !said.none && !kinds.length) return null;
    const spoiled = { yes: true, no: false }[said.spoilage] ?? null;
    return {
      photo,
      spoilage: spoiled,
      spoilage_severity: spoiled ? said.grade || null : null,
      foreign_objects: said.none ? [] : kinds.length ? kinds : null,
      boxes: boxes.map(({ kind, box }) => ({ kind, box_px: box })),
      spoiled_regions: spoiled ? said.regions : [],
    };
  }

  save() {
    return this.byPhoto;
  }

  restore(saved) {
    for (const photo of this.photos) {
      if (saved?.[photo.sha256]) this.byPhoto[photo.sha256] = saved[photo.sha256];
    }
    this.dispatchEvent(new Event("change"));
  }
}
