// Writes sine.csv beside this file: sin(x) at 2,000 points of [-pi, pi], with the powers of x that a
// cubic is fitted to. Run: node make-sine-csv.js
import { writeFileSync } from 'node:fs';

const points = 2000;
const rows = Array.from({ length: points }, (_, index) => {
  const x = -Math.PI + (2 * Math.PI * index) / (points - 1);
  // Rounding hides the last bits of the sine, in which engines may differ.
  return [x, x * x, x * x * x, Math.sin(x)].map((value) => Number(value.toFixed(7)));
});
const lines = [['x', 'x2', 'x3', 'y'], ...rows].map((row) => row.join(','));
writeFileSync(new URL('sine.csv', import.meta.url), `${lines.join('\n')}\n`);
