// Makes of a chosen photo what is sent: upright, not larger than needed, its capture time kept; and
// says what is wrong with it. Runs in a worker where the browser can draw there. What it returns holds
// its own bytes: a file of the gallery or the cloud may be gone when the connection is back.

import { readFacts, stateTaken } from "./metadata.js";
import { findProblem } from "./quality.js";

const JPEG_QUALITY = 0.85;

// Returns { blob, problem }. What the browser cannot decode, HEIC in most of them, is sent as it is.
export async function prepare(file, limits) {
  let bytes;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return { blob: file, problem: "unreadable" };
  }
  const whole = new Blob([bytes], { type: file.type });
  let bitmap;
  try {
    bitmap = await createImageBitmap(whole);
  } catch {
    return { blob: whole, problem: looksLikePhoto(bytes) ? "" : "not_an_image" };
  }
  try {
    const problem = judge(bitmap, limits);
    const blob = await shrink(whole, bytes, bitmap, limits).catch(() => whole);
    return { blob, problem };
  } finally {
    bitmap.close();
  }
}

// How the formats begin that are taken: JPEG, PNG, WebP, HEIC and AVIF.
function looksLikePhoto(bytes) {
  const head = String.fromCharCode(...new Uint8Array(bytes, 0, Math.min(12, bytes.byteLength)));
  const begins = ["\xff\xd8", "\x89PNG", "RIFF"].some((mark) => head.startsWith(mark));
  return begins || head.slice(4, 8) === "ftyp";
}

function judge(bitmap, limits) {
  if (Math.min(bitmap.width, bitmap.height) < limits.min_side_px) return "too_small";
  const context = draw(bitmap, limits.work_side_px);
  const { width, height } = context.canvas;
  return findProblem(context.getImageData(0, 0, width, height), limits);
}

async function shrink(whole, bytes, bitmap, limits) {
  const isLarge = Math.max(bitmap.width, bitmap.height) > limits.side_px;
  if (!isLarge && whole.size < limits.small_bytes) return whole;
  const jpeg = await encode(draw(bitmap, limits.side_px).canvas);
  const blob = stateTaken(jpeg, readFacts(bytes));
  return isLarge || blob.size < whole.size ? blob : whole;
}

// Halving keeps detail that a single large step would skip over.
function draw(bitmap, side_px) {
  const scale = Math.min(1, side_px / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.round(side * scale));
  let source = bitmap;
  while (source.width >= 2 * width && source.height >= 2 * height) {
    source = paint(source, Math.ceil(source.width / 2), Math.ceil(source.height / 2)).canvas;
  }
  return paint(source, width, height);
}

function paint(source, width, height) {
  const canvas = makeCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // behind a picture that is see-through
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "medium";
  context.drawImage(source, 0, 0, width, height);
  return context;
}

function makeCanvas(width, height) {
  if (globalThis.OffscreenCanvas) return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

function encode(canvas) {
  const kind = { type: "image/jpeg", quality: JPEG_QUALITY };
  if (canvas.convertToBlob) return canvas.convertToBlob(kind);
  return new Promise((resolve, reject) => {
    const take = (blob) => (blob ? resolve(blob) : reject(new Error("not encoded")));
    canvas.toBlob(take, kind.type, kind.quality);
  });
}
