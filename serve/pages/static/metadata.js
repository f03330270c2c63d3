// What a photo's file says of itself: when it was taken, which is kept, and whether it carries a mark
// of its origin, which a new encoding would lose. Bytes come from anywhere: what is damaged says nothing.

const TAKEN_FORM = /^\d{4}:\d\d:\d\d \d\d:\d\d:\d\d$/;
const OFFSET_FORM = /^[+-]\d\d:\d\d$/;
const EXIF_IFD = 0x8769;
const TAKEN = 0x9003;
const UTC_OFFSET = 0x9011;

// Returns { taken, offset, marked } of the first bytes of a JPEG or PNG file, or null for another.
export function readFacts(buffer) {
  const view = new DataView(buffer);
  const facts = { taken: "", offset: "", marked: false };
  try {
    const begin = view.getUint32(0);
    if (begin >>> 16 === 0xffd8) readJpeg(view, facts);
    else if (begin === 0x89504e47) readPng(view, facts);
    else return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // cut short: what was read counts
  }
  return facts;
}

function readJpeg(view, facts) {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda || marker === 0xd9) return;
    const end = at + 2 + view.getUint16(at + 2);
    const head = readText(view, at + 4, Math.min(end, view.byteLength));
    if (marker === 0xe1 && head.startsWith("Exif\0\0")) readTiff(view, at + 10, facts);
    else if (marker === 0xeb || (marker === 0xe1 && tellsOrigin(head))) facts.marked = true;
    at = end;
  }
}

function readPng(view, facts) {
  let at = 8;
  for (;;) {
    const end = at + 12 + view.getUint32(at);
    const kind = readText(view, at + 4, at + 8);
    if (kind === "IDAT") return;
    if (kind === "eXIf") readTiff(view, at + 8, facts);
    else if (kind === "caBX") facts.marked = true;
    else if (kind === "iTXt" && tellsOrigin(readText(view, at + 8, end))) facts.marked = true;
    at = end;
  }
}

const tellsOrigin = (text) => /AIGC|[tT]rainedAlgorithmicMedia/.test(text);

function readTiff(view, start, facts) {
  const order = view.getUint16(start);
  if (order !== 0x4949 && order !== 0x4d4d) return;
  const little = order === 0x4949;
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
  if (!facts || !facts.taken) return jpeg;
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
