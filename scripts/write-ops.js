/**
 * Writes what follows from the registry and the sources into docs/ops.md, behind its marker: where names
 * differ from PyTorch's, and the table of all ops. The build runs it after the compiler.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import * as core from '../packages/core/dist/index.js';
import * as methods from '../packages/core/dist/ops/methods.js';
import * as ops from '../packages/core/dist/ops/index.js';
import { inputsOf } from '../packages/core/dist/sample-inputs.js';
import { root } from './workspace.js';

/** @typedef {import('../packages/core/dist/index.js').RegisteredOp} RegisteredOp */

const docsFile = path.join(root, 'docs', 'ops.md');
const sourceFolder = path.join('packages', 'core', 'src', 'ops');
const begin = '<!-- The rest is generated from the registry and the sources by the build. -->';

/** PyTorch's names, and ours where they are not the same in the case of the language. */
const renamed = [
  ['Tensor.to(dtype), .float(), .int()', ['cast']],
  ['x[...], Tensor.index_put', ['index', 'indexPut']],
  ['var', ['variance']],
  ['linalg.vector_norm', ['norm']],
  ["div(rounding_mode='floor' or 'trunc')", ['floorDivide', 'truncDivide']],
  ['bitwise_left_shift, bitwise_right_shift', ['leftShift', 'rightShift']],
  ['clip', ['clamp']],
  ['heaviside(x, 0)', ['step']],
  ['allclose', ['allClose']],
  ['mm, mv, bmm', ['matmul']],
  ['Tensor.unfold', ['unfoldAxis']],
  ['take_along_dim', ['takeAlongAxis']],
  ['Tensor.view', ['reshape']],
  ['swapaxes', ['transpose']],
  ['Tensor.detach', ['stopGradient']],
  ['F.logsigmoid', ['logSigmoid']],
  ['F.cross_entropy, F.nll_loss', ['crossEntropy', 'nll']],
  ['F.mse_loss, F.l1_loss', ['mse', 'l1']],
  ['F.huber_loss, F.smooth_l1_loss', ['huber', 'smoothL1']],
  ['F.binary_cross_entropy', ['bce']],
  ['F.binary_cross_entropy_with_logits', ['bceWithLogits']],
  ['F.cosine_embedding_loss, F.hinge_embedding_loss', ['cosineEmbedding', 'hingeEmbedding']],
  ['F.margin_ranking_loss, F.triplet_margin_loss', ['marginRanking', 'tripletMargin']],
  ['F.multi_margin_loss', ['multiMargin']],
  ['F.gaussian_nll_loss, F.poisson_nll_loss', ['gaussianNll', 'poissonNll']],
  ['autograd.grad', ['gradientsOf']],
  ['func.grad, func.grad_and_value', ['grad', 'valueAndGrad']],
  ['func.jacrev, func.jacfwd', ['jacobian']],
  ['autograd.gradcheck, gradgradcheck', ['checkGradients']],
  ['autograd.Function', ['customOp']],
  ['utils.checkpoint.checkpoint', ['checkpoint']],
];

/** The same in PyTorch, where the registry's expression computes more than the op; null for nothing. */
const inPyTorch = new Map([
  ['all', 'torch.all(a)'],
  ['allClose', 'torch.allclose(...)'],
  ['any', 'torch.any(a)'],
  ['argsort', 'torch.argsort(...)'],
  ['batchMoments', null],
  ['broadcastTo', 'torch.broadcast_to(...)'],
  ['cast', 'a.to(dtype)'],
  ['chunk', 'torch.chunk(...)'],
  ['countNonzero', 'torch.count_nonzero(...)'],
  ['cumulativeLink', null],
  ['distillation', null],
  ['equal', 'torch.equal(a, b)'],
  ['hardsigmoid', 'F.hardsigmoid(a)'],
  ['hinge', null],
  ['index', 'a[...]'],
  ['indexPut', 'a.index_put(...)'],
  ['logSoftmax', 'torch.log_softmax(...)'],
  ['meshgrid', 'torch.meshgrid(...)'],
  ['normalize', 'F.normalize(...)'],
  ['rmsNorm', 'F.rms_norm(...)'],
  ['scaledDotProductAttention', 'F.scaled_dot_product_attention(...)'],
  ['slice', 'a[start:end:step]'],
  ['softmax', 'torch.softmax(...)'],
  ['split', 'torch.split(...)'],
  ['step', 'torch.heaviside(a, 0)'],
  ['transpose', 'a.transpose(...)'],
  ['unbind', 'torch.unbind(...)'],
]);

/** Public functions that are in the registry by another name; null where they are in no graph. */
const entries = new Map([
  ['allClose', null],
  ['batchMoments', null],
  ['broadcastTo', 'expand'],
  ['cast', 'to'],
  ['equal', null],
]);

/** @type {Record<string, unknown>} */
const exported = { ...core };
const prose = readFileSync(docsFile, 'utf8').split(begin)[0]?.trimEnd() ?? '';
const sentences = firstSentences();
const all = Object.keys(ops).sort((a, b) => a.localeCompare(b, 'en'));
const text = [
  prose,
  begin,
  // Columns as wide as their longest cell would change every line with one.
  '<!-- prettier-ignore-start -->',
  '## Where names differ from PyTorch',
  table(['PyTorch', 'here'], renamed.map(renaming)),
  '## Functions that are methods of a tensor, too',
  opTable(all.filter((name) => name in methods)),
  '## Other functions',
  opTable(all.filter((name) => !(name in methods))),
  '<!-- prettier-ignore-end -->\n',
].join('\n\n');
// A file that stays as it is keeps its time.
if (readFileSync(docsFile, 'utf8') !== text) writeFileSync(docsFile, text);

/** @param {string[]} names */
function opTable(names) {
  const rows = names.map((name) => {
    const { file, sentence } = sentences.get(name) ?? { file: '', sentence: '' };
    const link = `[${name}](../${sourceFolder.split(path.sep).join('/')}/${file})`;
    return [link, sentence, pythonOf(name), derivativeOf(name)];
  });
  return table(['op', 'what it computes', 'PyTorch', 'derivative'], rows);
}

/** @param {(string | string[])[]} pair */
function renaming([torch = '', ours = []]) {
  const names = [ours].flat();
  for (const name of names) {
    if (!(name in exported)) throw new Error(`write-ops: nothing is exported as ${name}`);
  }
  return [code(String(torch)), names.map(code).join(', ')];
}

/** @param {string} name */
function pythonOf(name) {
  const given = inPyTorch.get(name);
  if (given !== undefined) return given === null ? '' : code(given);
  const expression = entryOf(name)?.torch ?? '';
  if (expression.length <= 44 && !expression.includes('args')) return code(expression);
  const call = [/F\.\w+(?=\()/, /torch\.(linalg\.)?\w+(?=\()/, /\ba\.\w+(?=\()/]
    .map((pattern) => pattern.exec(expression)?.[0])
    .find((found) => found !== undefined);
  return call === undefined ? '' : code(`${call}(...)`);
}

/** @param {string} name */
function derivativeOf(name) {
  const entry = entryOf(name);
  if (entry === undefined) return '';
  if (entry === null) return 'none';
  if (entry.op === null) return isDifferentiable(entry) ? 'of its parts' : 'none';
  const { derivative } = entry.op;
  if ('nondifferentiable' in derivative) return `none: ${derivative.nondifferentiable}`;
  if ('local' in derivative) return 'elementwise';
  if ('transpose' in derivative) return 'linear';
  if ('multilinear' in derivative) return 'linear in each';
  if ('symmetric' in derivative) return 'symmetric';
  return 'a rule for each mode';
}

/**
 * Whether any result of a composed function depends smoothly on an input.
 *
 * @param {RegisteredOp} entry
 */
function isDifferentiable(entry) {
  return entry.samples.some((sample, key) => {
    const inputs = inputsOf(sample, key).map(({ shape, values, dtype }) =>
      dtype === undefined
        ? core.tensor(values, { shape, dtype: 'f64', requiresGrad: true })
        : core.tensor(values, { shape, dtype }),
    );
    return entry.run(inputs, sample.args).requiresGrad;
  });
}

/**
 * @param {string} name
 * @returns {RegisteredOp | null | undefined} null for what is in no graph
 */
function entryOf(name) {
  const known = entries.get(name);
  if (known === null) return null;
  return core.registry.get(known ?? name);
}

/** The first sentence of the docstring of every function that ops/ exports, and its file. */
function firstSentences() {
  /** @type {Map<string, { file: string, sentence: string }>} */
  const found = new Map();
  const folder = path.join(root, sourceFolder);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = entry.split(path.sep).join('/');
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const source = readFileSync(path.join(root, sourceFolder, file), 'utf8');
    for (const statement of ts.createSourceFile(file, source, ts.ScriptTarget.Latest).statements) {
      const name = exportedName(statement);
      const [comment] = ts.getLeadingCommentRanges(source, statement.pos)?.slice(-1) ?? [];
      if (name === undefined || comment === undefined || found.has(name)) continue;
      found.set(name, { file, sentence: sentenceOf(source.slice(comment.pos, comment.end)) });
    }
  }
  return found;
}

/** @param {ts.Statement} statement */
function exportedName(statement) {
  if (!ts.canHaveModifiers(statement)) return undefined;
  const modifiers = ts.getModifiers(statement) ?? [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return undefined;
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text;
  if (!ts.isVariableStatement(statement)) return undefined;
  const name = statement.declarationList.declarations[0]?.name;
  return name !== undefined && ts.isIdentifier(name) ? name.text : undefined;
}

/** @param {string} comment */
function sentenceOf(comment) {
  const words = comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .split(/\n\s*@/)[0];
  const line = (words ?? '').replace(/\s+/g, ' ').trim();
  return /^.*?\.(?=\s+[A-Z`]|$)/.exec(line)?.[0] ?? line;
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return lines.join('\n');
}

/** @param {string} words */
function code(words) {
  return `\`${words}\``;
}
