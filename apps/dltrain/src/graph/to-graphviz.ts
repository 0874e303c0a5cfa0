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
  for (const item of items) {
    const nodes = item.group === null ? ports : groupOf(item.group).nodes;
    nodes.push({ name: item.id, attributes: itemAttributes(item) });
  }
  const heading = title === '' ? {} : { label: lines(title), labelloc: 't', fontsize: 16 };
  return {
    directed: true,
    graphAttributes: {
      fontname: font,
      bgcolor: '#ffffff',
      pad: 0.2,
      ranksep: 0.35,
      nodesep: 0.25,
      ...heading,
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
      attributes: label === '' ? {} : { label: `  ${label}` },
    })),
    subgraphs: roots,
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
