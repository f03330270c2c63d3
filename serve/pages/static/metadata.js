// When a photo was taken, as its file says, and that written into another file. Bytes come from
// anywhere: what is damaged says nothing.

const TAKEN_FORM = /^\d{4}:\d\d:\d\d \d\d:\d\d:\d\d$/;
const OFFSET_FORM = /^[+-]\d\d:\d\d$/;
const STAR = 0x2a;
const LITTLE_BEGIN = 0x49492a00;
const BIG_BEGIN = 0x4d4d002a;
const EXIF_IFD = 0x8769;
const TAKEN = 0x9003;
const UTC_OFFSET = 0x9011;

// Returns { taken, offset }, empty where the file does not say. JPEG, PNG, WebP, HEIC and AVIF all keep
// the same block, each in its own box: it is known by how it begins, wherever it lies.
export function readFacts(buffer) {
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  const facts = { taken: "", offset: "" };
  for (let at = bytes.indexOf(STAR, 3); at > 0 && !facts.taken; at = bytes.indexOf(STAR, at + 1)) {
    try {
      if (view.getUint32(at - 3) === BIG_BEGIN) readTiff(view, at - 3, facts);
      else if (view.getUint32(at - 2) === LITTLE_BEGIN) readTiff(view, at - 2, facts);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // cut short, or no such block after all
    }
  }
  return facts;
}

function readTiff(view, start, facts) {
  const little = view.getUint32(start) === LITTLE_BEGIN;
  const main = readEntries(view, start, view.getUint32(start + 4, little), little);
  if (!main.has(EXIF_IFD)) return;
  const detailAt = view.getUint32(main.get(EXIF_IFD) + 8, little);
  const detail = readEntries(view, start, detailAt, little);
  const read = (tag, form) => {
    if (!detail.has(tag)) return "";
    const entry = detail.get(tag);
    const length = view.getUint32(entry + 4, little);
    const from = start + view.getUint32(entry + 8, little);
    if (view.getUint16(entry + 2, little) !== 2 || length > 32) return "";
    const text = readText(view, from, from + length).replace(/\0+$/, "");
    return form.test(text) ? text : "";
  };
  facts.taken = read(TAKEN, TAKEN_FORM);
  facts.offset = read(UTC_OFFSET, OFFSET_FORM);
}

function readEntries(view, start, at, little) {
  const entries = new Map();
  const count = view.getUint16(start + at, little);
  for (let i = 0; i < count; i += 1) {
    const entry = start + at + 2 + 12 * i;
    entries.set(view.getUint16(entry, little), entry);
  }
  return entries;
}

function readText(view, from, to) {
  return new TextDecoder("latin1").decode(
    new Uint8Array(view.buffer, view.byteOffset + from, Math.max(0, to - from)),
  );
}

// Returns a JPEG with an Exif block that states the capture time and nothing else.
export function stateTaken(jpeg, facts) {
  if (!facts.taken) return jpeg;
  const texts = [[TAKEN, `${facts.taken}\0`]];
  if (facts.offset) texts.push([UTC_OFFSET, `${facts.offset}\0`]);
  const detailAt = 26;
  const textsAt = detailAt + 2 + 12 * texts.length + 4;
  const tiffLength = textsAt + texts.reduce((sum, [, text]) => sum + text.length, 0);
  const block = new DataView(new ArrayBuffer(10 + tiffLength));
  const write = (text, at) => [...text].forEach((c, i) => block.setUint8(at + i, c.charCodeAt(0)));
  block.setUint16(0, 0xffe1);
  block.setUint16(2, 8 + tiffLength);
  write("Exif\0\0", 4);
  const tiff = 10;
  write("II*\0", tiff);
  block.setUint32(tiff + 4, 8, true);
  block.setUint16(tiff + 8, 1, true);
  writeEntry(block, tiff + 10, [EXIF_IFD, 4, 1, detailAt]);
  block.setUint16(tiff + detailAt, texts.length, true);
  let at = textsAt;
  texts.forEach(([tag, text], i) => {
    writeEntry(block, tiff + detailAt + 2 + 12 * i, [tag, 2, text.length, at]);
    write(text, tiff + at);
    at += text.length;
  });
  return new Blob([jpeg.slice(0, 2), block.buffer, jpeg.slice(2)], { type: "image/jpeg" });
}

function writeEntry(block, at, [tag, kind, count, value]) {
  block.setUint16(at, tag, true);
  block.setUint16(at + 2, kind, true);
  block.setUint32(at + 4, count, true);
  block.setUint32(at + 8, value, true);
}
