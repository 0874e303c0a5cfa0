import { traceModules } from '@dltrain/nn';
import type { Module, ModuleCall } from '@dltrain/nn';
import type { Tensor } from '@dltrain/core';
import { fontFamily, quietColor } from '../plot/svg.js';
import { pictureOf } from './picture.js';
import type { Picture, PictureOptions } from './picture.js';
import { toGraphviz } from './to-graphviz.js';

export interface DrawGraphOptions {
  /** What tensors are called: inputs, constants, and results on the way. */
  readonly names?: Readonly<Record<string, Tensor>>;
  /** Its parameters are called by their names. */
  readonly model?: Module;
  /** The calls of modules, from `nn.traceModules`: their ops are drawn inside of boxes. */
  readonly calls?: readonly ModuleCall[];
  /**
   * How deep modules are opened: those nested this deep are drawn as one box each, 0 being the whole
   * model. As deep as leaves a picture that can be read, when left out.
   */
  readonly depth?: number;
  readonly title?: string;
}

/** With more boxes than this a picture is hard to read. */
const readable = 80;

/**
 * Draws the graph that was recorded while a tensor was computed: every op as a box, with the shapes
 * of what goes from one to the next, down to inputs, parameters and constants.
 *
 * @returns the text of an SVG file
 * @throws GradientError when nothing was recorded, or a backward pass has dropped it
 *
 * @example
 * const x = tensor([2, 5], { requiresGrad: true });
 * writeFileSync('graph.svg', await drawGraph(x.log().sum(), { names: { x } }));
 */
export async function drawGraph(output: Tensor, options: DrawGraphOptions = {}): Promise<string> {
  const { model, calls = [], title = '' } = options;
  const parameters = model === undefined ? [] : [...model.namedParameters()];
  const given = [...parameters, ...Object.entries(options.names ?? {})];
  const names = new Map(given.map(([name, tensor]) => [tensor, name] as const));
  const picture = pictureAt(output, { names, calls }, options.depth);
  // Graphviz is a megabyte of WebAssembly that nothing else needs.
  const { instance } = await import('@viz-js/viz');
  const graphviz = await instance();
  const svg = graphviz.renderString(toGraphviz(picture, title), { format: 'svg', engine: 'dot' });
  return finished(svg);
}

/** What Graphviz cannot say: first lines that stand out, and fonts that every reader has. */
const style = `<style>
.graph > text[font-size="16.00"], .op text:first-of-type { font-weight: 600; }
.node text ~ text { font-size: 10px; fill: ${quietColor}; }
</style>`;

/** Without its prologue the picture can stand inside of a page as well. */
function finished(svg: string): string {
  const fonts = fontFamily.replaceAll('"', "'");
  const [head = '', ...rest] = svg
    .slice(svg.indexOf('<svg'))
    .replaceAll(/ font-family="[^"]*"/g, '')
    .replaceAll(' xml:space="preserve"', '')
    .replace('<svg', `<svg font-family="${fonts}"`)
    .split('>');
  return [head, `\n${style}${rest[0] ?? ''}`, ...rest.slice(1)].join('>');
}

/**
 * Runs a model on an input and draws what it did, with the modules as boxes around their ops.
 *
 * @param input is given a gradient, so that all that depends on it is recorded
 * @throws what the model throws at the input
 *
 * @example
 * const svg = await drawModel(model, zeros([1, 784]));
 */
export async function drawModel(
  model: Module,
  input: Tensor,
  options: Omit<DrawGraphOptions, 'model' | 'calls'> = {},
): Promise<string> {
  const x = input.detach();
  x.requiresGrad = x.dtype === 'f32' || x.dtype === 'f64';
  const { result, calls } = traceModules(model, () => model.forward(x));
  const names = { input: x, ...options.names };
  return drawGraph(result, { ...options, names, model, calls });
}

/** At the depth that was asked for, or else the deepest that can be read. */
function pictureAt(
  output: Tensor,
  options: Omit<PictureOptions, 'depth'>,
  asked: number | undefined,
): Picture {
  const whole = pictureOf(output, { ...options, depth: asked ?? Infinity });
  if (asked !== undefined || whole.items.length <= readable) return whole;
  const deepest = Math.max(0, ...options.calls.map(nesting));
  for (let depth = deepest; depth >= 1; depth -= 1) {
    const picture = pictureOf(output, { ...options, depth });
    if (picture.items.length <= readable || depth === 1) return picture;
  }
  return whole;
}

function nesting({ parent }: ModuleCall): number {
  return parent === null ? 0 : 1 + nesting(parent);
}
