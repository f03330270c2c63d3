// Whether a photo can carry a decision: the rules of model/quality.py, with its own thresholds, which
// the page brings along. The server looks again; this is said in time to take another photo.

const TILES = 8;
const BLUR = [2, 1, 0, 1, 2].map((x) => Math.exp((-x * x) / (2 * 1.2 * 1.2)));
const BLUR_SUM = BLUR.reduce((a, b) => a + b);

// Returns too_dark, too_bright, blurred, or nothing; `picture` is ImageData at the scale of scoring.
export function findProblem(picture, limits) {
  const { width, height } = picture;
  if (Math.min(width, height) < limits.least_work_side_px) return "too_small";
  const grey = toGrey(picture.data);
  if (quantile(Uint8Array.from(grey).sort(), 0.9) < limits.dark_level) return "too_dark";
  const clipped = grey.reduce((count, level) => count + (level >= 253), 0);
  if (clipped / grey.length > limits.bright_share) return "too_bright";
  return measureSharpness(grey, width, height) < limits.sharp_level ? "blurred" : "";
}

function toGrey(rgba) {
  const grey = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < grey.length; i += 1) {
    const at = 4 * i;
    grey[i] = Math.round(0.299 * rgba[at] + 0.587 * rgba[at + 1] + 0.114 * rgba[at + 2]);
  }
  return grey;
}

function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

// The tile at the 90th percentile speaks: a sharp dish before a blurred table counts as sharp.
export function measureSharpness(grey, width, height) {
  const smooth = blur(blur(grey, width, height, 1), height, width, width);
  const sums = new Float64Array(TILES * TILES);
  const counts = new Float64Array(TILES * TILES);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const fine = grey[y * width + x] - smooth[y * width + x];
      const tile = Math.floor((y * TILES) / height) * TILES + Math.floor((x * TILES) / width);
      sums[tile] += fine * fine;
      counts[tile] += 1;
    }
  }
  return Math.sqrt(quantile(sums.map((sum, i) => sum / counts[i]).sort(), 0.9));
}

// Blurs along lines of `length` pixels that are `step` apart in memory.
function blur(values, length, lines, step) {
  const out = new Float32Array(values.length);
  const between = step === 1 ? length : 1;
  for (let line = 0; line < lines; line += 1) {
    for (let i = 0; i < length; i += 1) {
      let sum = 0;
      for (let k = -2; k <= 2; k += 1) {
        const mirrored = Math.abs(i + k);
        const at = mirrored < length ? mirrored : 2 * (length - 1) - mirrored;
        sum += BLUR[k + 2] * values[line * between + at * step];
      }
      out[line * between + i * step] = sum / BLUR_SUM;
    }
  }
  return out;
}
