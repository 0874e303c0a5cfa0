import { fontFamily } from '../plot/svg.js';
import type { Analysis } from './analysis.js';
import { brief } from './numbers.js';
import type { Contribution, Step } from './trace.js';

/** What Graphviz measures with; wider than what readers will see, so that words stay in their boxes. */
const font = 'Verdana';

/**
 * The graph of an expression as an SVG file: values on the nodes, with tangents by `wrt` where they are
 * asked for and adjoints; local derivatives on the edges.
 */
export async function drawTrace(analysis: Analysis, wrt: readonly string[]): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const svg = (await instance()).renderString(toDot(analysis, wrt), { format: 'svg' });
  return svg.replaceAll(
    `font-family="${font}"`,
    `font-family="${fontFamily.replaceAll('"', "'")}"`,
  );
}

function toDot({ expression, result, trace }: Analysis, wrt: readonly string[]): string {
  const title = `${result} = ${expression.text}\non the arrows: derivative of the right end by the left`;
  const steps = [...trace.variables, ...trace.calls];
  const last = steps.at(-1);
  const nodes = steps.map((step) => nodeOf(step, step === last ? result : null, wrt));
  return [
    'digraph {',
    '  rankdir=LR; bgcolor=white; nodesep=0.3; ranksep=0.7; pad=0.2;',
    `  fontname=${font}; fontsize=12; labelloc=t; label=${quote(title)};`,
    `  node [fontname=${font}, fontsize=12, shape=box, style="rounded,filled", color="#5a6270"];`,
    `  edge [fontname=${font}, fontsize=10, fontcolor="#333a44", color="#5a6270", arrowsize=0.7];`,
    `  { rank=same; ${trace.variables.map(({ name }) => quote(name)).join('; ')}; }`,
    ...nodes,
    ...trace.contributions.map(edgeOf),
    '}',
    '',
  ].join('\n');
}

/** @param result what the step is called as the result; null where it is not */
function nodeOf(step: Step, result: string | null, wrt: readonly string[]): string {
  const isVariable = step.op === null;
  const fill = isVariable ? '#e3f0ff' : result !== null ? '#fff0d1' : '#f4f5f7';
  const rows = [
    ['value', step.value],
    ...wrt.map((name) => [`d/d${name}`, step.tangents.get(name) ?? 0]),
    [`adjoint`, step.adjoint],
  ].map(([name, value]) => `${String(name)} ${brief(Number(value))}`);
  const title = `${result === null ? '' : `${result} = `}${step.name} = ${step.label}`;
  const label = [title, ...rows].map(escape).join('\\n');
  return `  ${quote(step.name)} [label="${label}", fillcolor="${fill}"];`;
}

function edgeOf({ from, to, local }: Contribution): string {
  return `  ${quote(to.name)} -> ${quote(from.name)} [label=${quote(` ${brief(local)} `)}];`;
}

function quote(text: string): string {
  return `"${escape(text)}"`;
}

function escape(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
