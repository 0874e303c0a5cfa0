import type { Contribution, Step, Trace } from './trace.js';
import { brief } from './numbers.js';

/**
 * The graph of an expression for Graphviz: values on the nodes, with tangents by `wrt` where they are
 * asked for and adjoints; local derivatives on the edges.
 */
export function graphOf(trace: Trace, result: string, wrt: readonly string[]): string {
  const steps = [...trace.variables, ...trace.calls];
  const last = steps.at(-1);
  const nodes = steps.map((step) => nodeOf(step, step === last, wrt, result));
  return [
    'digraph {',
    '  rankdir=LR; bgcolor=white; nodesep=0.3; ranksep=0.7; pad=0.2;',
    '  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=12, margin="0.14,0.08", color="#5a6270"];',
    '  edge [fontname="sans-serif", fontsize=11, color="#5a6270", fontcolor="#333a44", arrowsize=0.7];',
    `  { rank=same; ${trace.variables.map(({ name }) => quote(name)).join('; ')}; }`,
    ...nodes,
    ...trace.contributions.map(edgeOf),
    '}',
    '',
  ].join('\n');
}

function nodeOf(step: Step, isLast: boolean, wrt: readonly string[], result: string): string {
  const isVariable = step.op === null;
  const fill = isVariable ? '#e3f0ff' : isLast ? '#fff0d1' : '#f4f5f7';
  const rows = [
    ['value', step.value],
    ...wrt.map((name) => [`d/d${name}`, step.tangents.get(name) ?? 0]),
    [`adjoint`, step.adjoint],
  ].map(([name, value]) => `${String(name)} ${brief(Number(value))}`);
  const title = `${isLast && !isVariable ? `${result} = ` : ''}${step.name} = ${step.label}`;
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
