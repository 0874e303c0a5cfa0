/**
 * @typedef {object} Table
 * @property {string} title
 * @property {readonly string[]} header
 * @property {readonly (readonly string[])[]} rows the first column is set flush left, the rest right
 * @property {readonly string[]} [notes]
 */

/** @param {Table} table */
export function formatTable({ title, header, rows, notes = [] }) {
  const widths = header.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  /** @param {readonly string[]} cells */
  const line = (cells) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [title, '', line(header), rule, ...rows.map(line), ...notes.map((note) => `  ${note}`)]
    .map((text) => `${text}\n`)
    .join('');
}

/**
 * Three significant digits, without an exponent.
 *
 * @param {number} value
 */
export function digits(value) {
  if (!Number.isFinite(value)) return '-';
  const rounded = Math.abs(Number(value.toPrecision(3))); // 99.96 has the magnitude of 100
  const magnitude = rounded === 0 ? 0 : Math.floor(Math.log10(rounded));
  return value.toFixed(Math.max(0, 2 - magnitude));
}

/**
 * @param {number} milliseconds
 * @returns {string} in the unit that suits it
 */
export function duration(milliseconds) {
  if (milliseconds >= 1) return `${digits(milliseconds)} ms`;
  return milliseconds >= 1e-3
    ? `${digits(milliseconds * 1e3)} us`
    : `${digits(milliseconds * 1e6)} ns`;
}

/**
 * @param {number} share
 * @returns {string} the share in percent
 */
export function percent(share) {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
