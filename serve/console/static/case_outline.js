// A drawn outline with as few points as carry its shape.

const MOST_POINTS = 200;

/**
 * Leaves out points that lie within `tolerance` of the line without them (Douglas and Peucker,
 * Cartographica 10, 1973); with more and more tolerance until a verdict takes the rest.
 */
export function simplify(points, tolerance) {
  let kept = points;
  for (let allowed = tolerance; kept === points || kept.length > MOST_POINTS; allowed *= 1.5) {
    kept = thin(points, allowed);
  }
  return kept;
}

function thin(points, tolerance) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points[points.length - 1]];
  let [far, at] = [0, 0];
  points.forEach((point, index) => {
    const off = distance(point, first, last);
    if (off > far) [far, at] = [off, index];
  });
  if (far <= tolerance) return [first, last];
  return [...thin(points.slice(0, at + 1), tolerance).slice(0, -1), ...thin(points.slice(at), tolerance)];
}

function distance([x, y], [ax, ay], [bx, by]) {
  const long = Math.hypot(bx - ax, by - ay);
  if (!long) return Math.hypot(x - ax, y - ay);
  return Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / long;
}
