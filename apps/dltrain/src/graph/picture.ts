import { callOf, Parameter } from '@dltrain/nn';
import type { ModuleCall } from '@dltrain/nn';
import type { Node, Tensor } from '@dltrain/core';
import { formatCount, formatShape } from '../progress/format.js';
import { opTitle } from './op-title.js';
import { recordedNodes } from './recorded-graph.js';

/** What a box of the picture stands for. */
export type ItemKind = 'op' | 'module' | 'input' | 'parameter' | 'constant' | 'output';

export interface Item {
  readonly id: string;
  readonly kind: ItemKind;
  readonly title: string;
  /** Lines below the title; empty ones are left out. */
  readonly details: readonly string[];
  /** The module call that it is drawn inside of. */
  readonly group: ModuleCall | null;
}

/** A tensor on its way from one box to another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Its shape; empty where the box it comes from says it. */
  readonly label: string;
}

/** What is to be drawn, before anybody knows where. */
export interface Picture {
  readonly items: readonly Item[];
  readonly arrows: readonly Arrow[];
}

export interface PictureOptions {
  readonly calls: readonly ModuleCall[];
  /** Calls nested this deep are drawn as one box; Infinity opens all of them. */
  readonly depth: number;
  readonly names: ReadonlyMap<Tensor, string>;
}

/** The graph behind a tensor as boxes and arrows. */
export function pictureOf(output: Tensor, { calls, depth, names }: PictureOptions): Picture {
  const nodes = recordedNodes(output);
  const homes = new Map(nodes.map((node) => [node, callOf(node.output, calls)]));
  const boxOf = (node: Node): ModuleCall | null => chainOf(homes.get(node) ?? null)[depth] ?? null;
  const idOfNode = (node: Node): string => {
    const box = boxOf(node);
    return box === null ? `op${node.id}` : `module${calls.indexOf(box)}`;
  };
  const items = new Map<string, Item>();
  const arrows = new Map<string, Arrow>();
  const add = (item: Item): void => {
    if (!items.has(item.id)) items.set(item.id, item);
  };
  const connect = (from: string, to: string, label: string): void => {
    if (from !== to) arrows.set(`${from} ${to} ${label}`, { from, to, label });
  };
  const leaves = new Leaves(names);
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (input.node === null) leaves.use(input, node, homes.get(node) ?? null);
    }
  }
  for (const leaf of leaves.all()) {
    const group = leaf.kind === 'input' ? null : commonOf(leaf.homes);
    // What a closed box alone uses is inside of it.
    if (chainOf(group)[depth] === undefined) add({ ...leaf.labelled(group), group });
  }
  for (const node of nodes) {
    const box = boxOf(node);
    const name = node === nodes.at(-1) ? undefined : names.get(node.output);
    add(box === null ? opItem(node, homes.get(node) ?? null, name) : moduleItem(box, calls));
    const to = idOfNode(node);
    for (const input of node.inputs) {
      if (input.node !== null) connect(idOfNode(input.node), to, shapeText(input));
      else {
        const from = leaves.idOf(input, node);
        if (items.has(from)) connect(from, to, '');
      }
    }
  }
  const title = names.get(output) ?? 'output';
  add({ id: 'output', kind: 'output', title, details: [shapeText(output)], group: null });
  const last = nodes.at(-1);
  if (last !== undefined) connect(idOfNode(last), 'output', '');
  return { items: [...items.values()], arrows: [...arrows.values()] };
}

/** The calls around a call from the outermost on, itself included. */
export function chainOf(call: ModuleCall | null): ModuleCall[] {
  const chain: ModuleCall[] = [];
  for (let at = call; at !== null; at = at.parent) chain.unshift(at);
  return chain;
}

/** The innermost call around all of some. */
function commonOf(calls: readonly (ModuleCall | null)[]): ModuleCall | null {
  const [first = [], ...rest] = calls.map(chainOf);
  return first.findLast((call, i) => rest.every((chain) => chain[i] === call)) ?? null;
}

/** `0: Linear(784, 10)`; a module that runs again says so. */
export function titleOf({ path, module, turn, parent }: ModuleCall): string {
  const description = module.describe?.() ?? '';
  const kind = `${module.constructor.name}${description === '' ? '' : `(${description})`}`;
  const name = path === '' ? '' : `${within(path, parent)}: `;
  return `${name}${kind}${turn > 1 ? `, run ${turn}` : ''}`;
}

/** A name as it reads inside of a module: `weight` for `0.weight` in module `0`. */
function within(name: string, call: ModuleCall | null): string {
  const prefix = call === null || call.path === '' ? '' : `${call.path}.`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** `7,850 parameters`; empty for a module without any. */
export function parametersOf({ module }: ModuleCall): string {
  const count = module.parameters().reduce((sum, { size }) => sum + size, 0);
  return count === 0 ? '' : parameterCount(count);
}

function parameterCount(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'parameter' : 'parameters'}`;
}

/** A number says more by its value than by its shape. */
function shapeText({ shape }: Tensor): string {
  return shape.length === 0 ? '' : formatShape(shape);
}

function opItem(node: Node, group: ModuleCall | null, name: string | undefined): Item {
  const { title, details: own } = opTitle(node);
  const details = [...own, ...(name === undefined ? [] : [`= ${name}`])];
  return { id: `op${node.id}`, kind: 'op', title, details, group };
}

function moduleItem(call: ModuleCall, calls: readonly ModuleCall[]): Item {
  const details = [parametersOf(call)];
  const id = `module${calls.indexOf(call)}`;
  return { id, kind: 'module', title: titleOf(call), details, group: call.parent };
}

/** A tensor that no recorded op made, and where it is used. */
class Leaf {
  readonly homes: (ModuleCall | null)[] = [];

  constructor(
    readonly id: string,
    private readonly tensor: Tensor,
    private readonly name: string | undefined,
  ) {}

  get kind(): 'parameter' | 'input' | 'constant' {
    if (this.tensor instanceof Parameter) return 'parameter';
    return this.tensor.requiresGrad ? 'input' : 'constant';
  }

  labelled(group: ModuleCall | null): Omit<Item, 'group'> {
    const { id, kind, tensor } = this;
    const shape = shapeText(tensor);
    if (kind === 'constant') {
      const title = this.name ?? (tensor.size === 1 ? shortNumber(tensor.item()) : 'constant');
      return { id, kind, title, details: [shape] };
    }
    if (kind === 'input') return { id, kind, title: this.name ?? 'input', details: [shape] };
    const name = this.name === undefined ? 'parameter' : within(this.name, group);
    const count = parameterCount(tensor.size);
    return { id, kind, title: name, details: [shape, count] };
  }
}

/** The leaves of a graph. A number stands beside each op that uses it, all else is there once. */
class Leaves {
  private readonly others = new Map<Tensor, Leaf>();
  private readonly numbers = new Map<Node, Map<Tensor, Leaf>>();
  private count = 0;

  constructor(private readonly names: ReadonlyMap<Tensor, string>) {}

  use(tensor: Tensor, by: Node, home: ModuleCall | null): void {
    const holder = this.holder(tensor, by);
    const known = holder.get(tensor);
    if (known !== undefined) {
      known.homes.push(home);
      return;
    }
    const leaf = new Leaf(`leaf${this.count++}`, tensor, this.names.get(tensor));
    holder.set(tensor, leaf);
    leaf.homes.push(home);
  }

  idOf(tensor: Tensor, by: Node): string {
    return this.holder(tensor, by).get(tensor)?.id ?? '';
  }

  all(): Leaf[] {
    const numbers = [...this.numbers.values()].flatMap((leaves) => [...leaves.values()]);
    return [...this.others.values(), ...numbers];
  }

  private holder(tensor: Tensor, by: Node): Map<Tensor, Leaf> {
    const isNumber = tensor.rank === 0 && !tensor.requiresGrad && !this.names.has(tensor);
    if (!isNumber) return this.others;
    const own = this.numbers.get(by) ?? new Map<Tensor, Leaf>();
    this.numbers.set(by, own);
    return own;
  }
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
