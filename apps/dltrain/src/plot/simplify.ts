export type Point = readonly [x: number, y: number];

/**
 * The points of a line that are needed to draw it to within a tolerance, after Ramer, Douglas and
 * Peucker: between two points that stay, the farthest from the straight line stays as well, unless
 * all are near enough.
 */
export function simplify(points: readonly Point[], tolerance: number): readonly Point[] {
  const kept = new Set([0, points.length - 1]);
  const open: [number, number][] = [[0, points.length - 1]];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const [from, to] = range;
    let [farthest, distance] = [0, tolerance];
    for (let i = from + 1; i < to; i += 1) {
      const far = distanceTo(points[i], points[from], points[to]);
      if (far > distance) [farthest, distance] = [i, far];
    }
    if (farthest === 0) continue;
    kept.add(farthest);
    open.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => kept.has(i));
}

/** From a point to the straight line between two others. */
function distanceTo([x, y]: Point = [0, 0], [x1, y1]: Point = [0, 0], [x2, y2]: Point = [0, 0]) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length === 0) return Math.hypot(x - x1, y - y1);
  return Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length;
}
