import type { Graph, Node, Subgraph } from '@viz-js/viz';
import type { ModuleCall } from '@dltrain/nn';
import { quietColor } from '../plot/svg.js';
import { chainOf, parametersOf, titleOf } from './picture.js';
import type { Item, ItemKind, Picture } from './picture.js';

/**
 * What Graphviz measures with: the widest of the usual sans-serif fonts, so that text fits its box
 * whichever is there in the end.
 */
const font = 'Verdana';

/** Kinds differ in shape and border, not in colour alone. */
const looks: Readonly<Record<ItemKind, Readonly<Record<string, string>>>> = {
  op: { shape: 'box', style: 'rounded,filled', fillcolor: '#ffffff', color: '#444444' },
  module: { shape: 'box3d', style: 'filled', fillcolor: '#dce9f5', color: '#0072b2' },
  input: { shape: 'ellipse', style: 'filled', fillcolor: '#d9f0e7', color: '#009e73' },
  output: { shape: 'ellipse', style: 'filled,bold', fillcolor: '#d9f0e7', color: '#009e73' },
  parameter: { shape: 'box', style: 'filled', fillcolor: '#fbe8d3', color: '#d55e00' },
  constant: { shape: 'box', style: 'filled,dashed', fillcolor: '#f2f2f2', color: '#808080' },
};

/** Grounds of modules, the deeper the darker. */
const grounds = ['#f8fafc', '#eef3f8', '#e3ebf4', '#d8e3ef'];

/** What stands beside the way of the data. */
const aside: ReadonlySet<ItemKind> = new Set(['parameter', 'constant']);

type Cluster = Subgraph & { readonly nodes: Node[]; readonly subgraphs: Subgraph[] };

/** A picture as Graphviz takes it: modules as clusters inside of each other. */
export function toGraphviz({ items, arrows }: Picture, title: string): Graph {
  const ports: Node[] = [];
  const groups = new Map<ModuleCall, Cluster>();
  const roots: Cluster[] = [];
  const groupOf = (call: ModuleCall): Cluster => {
    const known = groups.get(call);
    if (known !== undefined) return known;
    const name = `cluster_${groups.size}`;
    const made = { name, graphAttributes: groupAttributes(call), nodes: [], subgraphs: [] };
    groups.set(call, made);
    if (call.parent === null) roots.push(made);
    else groupOf(call.parent).subgraphs.push(made);
    return made;
  };
  const flowing = new Set(items.filter(({ kind }) => !aside.has(kind)).map(({ id }) => id));
  const isData = (id: string) => flowing.has(id);
  // Below its parameters, and not beside what came before, a layer has room in the middle.
  const fed = new Set(arrows.filter(({ from }) => !isData(from)).map(({ to }) => to));
  const isFed = (id: string) => fed.has(id);
  for (const item of items) {
    const nodes = item.group === null ? ports : groupOf(item.group).nodes;
    nodes.push({ name: item.id, attributes: itemAttributes(item) });
  }
  return {
    directed: true,
    graphAttributes: {
      fontname: font,
      bgcolor: '#ffffff',
      pad: 0.2,
      ranksep: 0.35,
      nodesep: 0.25,
      label: heading(title, new Set(items.map(({ kind }) => kind))),
      labelloc: 't',
    },
    nodeAttributes: { fontname: font, fontsize: 12, margin: '0.12,0.06', height: 0.3 },
    edgeAttributes: {
      fontname: font,
      fontsize: 10,
      fontcolor: quietColor,
      color: '#555555',
      arrowsize: 0.7,
    },
    nodes: ports,
    edges: arrows.map(({ from, to, label }) => ({
      tail: from,
      head: to,
      attributes: {
        ...(label === '' ? {} : { label: backed(label) }),
        // What flows through the model goes straight down; parameters come in from the side.
        ...(isData(from) ? { weight: 20, minlen: isFed(to) ? 2 : 1 } : {}),
      },
    })),
    subgraphs: roots,
  };
}

/** The title, and below it what the colours of boxes mean. */
function heading(title: string, kinds: ReadonlySet<ItemKind>) {
  const keys = legend.filter(([kind]) => kinds.has(kind));
  const cells = keys.map(
    ([kind, name]) =>
      `<td border="1" bgcolor="${looks[kind].fillcolor ?? ''}" color="${looks[kind].color ?? ''}">` +
      `<font point-size="10"> ${name} </font></td>`,
  );
  const first =
    title === ''
      ? ''
      : `<tr><td colspan="${cells.length}"><font point-size="16">${escaped(title)}</font></td></tr>`;
  return {
    html: `<table border="0" cellborder="0" cellspacing="4">${first}<tr>${cells.join('')}</tr></table>`,
  };
}

const legend: readonly (readonly [ItemKind, string])[] = [
  ['output', 'input and output'],
  ['parameter', 'parameter'],
  ['constant', 'constant'],
  ['op', 'op'],
  ['module', 'module'],
];

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A label on a ground of its own, so that an arrow which passes below it does not cross it out. */
function backed(label: string) {
  return {
    html: `<table border="0" cellborder="0" cellspacing="0" cellpadding="1"><tr><td width="4"></td><td bgcolor="white">${escaped(label)}</td></tr></table>`,
  };
}

function itemAttributes({ kind, title, details }: Item) {
  return { ...looks[kind], class: kind, label: lines(title, ...details) };
}

function groupAttributes(call: ModuleCall) {
  const level = chainOf(call).length - 1;
  const parameters = parametersOf(call);
  return {
    label: lines(parameters === '' ? titleOf(call) : `${titleOf(call)} - ${parameters}`),
    labeljust: 'l',
    // Clusters inside of others do not take theirs over.
    fontname: font,
    fontsize: 11,
    style: 'rounded,filled',
    fillcolor: grounds[Math.min(level, grounds.length - 1)] ?? '#ffffff',
    color: '#8ea2b8',
    margin: 10,
  };
}

/** Centred lines; what Graphviz would read as an escape is meant as it stands. */
function lines(...words: readonly string[]): string {
  return words
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\\', '\\\\'))
    .join('\n');
}
