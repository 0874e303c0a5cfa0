/** What an attribute may hold; one that is undefined is left out. */
type AttributeValue = string | number | undefined;

/** Sans-serif fonts of every system; the file names none that has to be installed. */
export const fontFamily = 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif';

/** Of words that matter less; still of good contrast on white. */
export const quietColor = '#595959';

/**
 * One element as text. Attributes are escaped; children are markup already, as {@link text} gives it.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, AttributeValue>>,
  ...children: readonly string[]
): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${attributeText(value)}"`],
  );
  const start = `<${name}${written.join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

/** Words as an element. */
export function text(
  words: string,
  x: number,
  y: number,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): string {
  return element('text', { x, y, ...attributes }, escapeText(words));
}

/** A whole picture on a light ground, one child a line; `description` is for screen readers. */
export function svgDocument(
  width: number,
  height: number,
  description: string,
  children: readonly string[],
): string {
  const size = { width: short(width), height: short(height) };
  const viewBox = `0 0 ${size.width} ${size.height}`;
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', ...size, viewBox, role: 'img' };
  const lines = [
    element('title', {}, escapeText(description)),
    element('rect', { ...size, fill: '#ffffff' }),
    ...children,
  ];
  return `${element(
    'svg',
    { ...attributes, 'font-family': fontFamily, 'font-size': 12, fill: '#222222' },
    `\n${lines.join('\n')}\n`,
  )}\n`;
}

/** Text as markup; characters that XML cannot hold at all are left out. */
function escapeText(words: string): string {
  return words
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A hundredth of a pixel is as fine as anyone sees. */
function short(value: number): number {
  return Math.round(value * 100) / 100;
}

function attributeText(value: string | number): string {
  return typeof value === 'number' ? String(short(value)) : escapeText(value);
}
