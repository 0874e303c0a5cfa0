import { describe, expect, it } from 'vitest';
import '../../methods.js';
import { arange, tensor } from '../../create.js';
import { engine } from '../../engine.js';
import { rand, randn } from '../../random/draw.js';
import { manualSeed } from '../../random/seed.js';
import type { Storage } from '../../memory/storage.js';
import { Tensor } from '../../tensor.js';
import { TransposedStorage } from '../../memory/transposed-storage.js';
import { conv2d } from '../nets/conv2d.js';
import { linear } from './linear.js';
import { matmul } from './matmul.js';
import { relu } from '../activations/relu.js';
import { sigmoid } from '../activations/sigmoid.js';
import { tanh } from '../activations/tanh.js';

/** A matrix that counts how often it is read as it lies, and may have a packed form. */
class WatchedStorage implements Storage {
  version = 0;
  reads = 0;
  packedReads: boolean[] = [];

  constructor(
    private readonly inner: Tensor,
    private readonly packedAs?: { readonly transposed: boolean; readonly address: number },
  ) {}

  get byteLength(): number {
    return this.inner.byteLength;
  }

  address(): number {
    this.reads++;
    return this.inner.address();
  }

  packed(rows: number, columns: number, transposed: boolean): number {
    this.packedReads.push(transposed);
    const [own, across] = this.inner.shape;
    if (rows !== own || columns !== across) return 0;
    return this.packedAs?.transposed === transposed ? this.packedAs.address : 0;
  }
}

function pack(w: Tensor, n: number, k: number, transposed: boolean): number {
  const active = engine();
  const place = active.allocate(active.kernel('packedBytes', 'f32')(n, k), 'packed').address();
  active.kernel('packB', 'f32')(place, w.address(), n, k, transposed ? 1 : 0);
  return place;
}

describe('a transposed operand', () => {
  it('is not moved for a product', () => {
    manualSeed(4);
    const a = rand([3, 4]);
    const b = rand([5, 4]);
    const bt = b.T;
    const at = a.T;
    const product = matmul(a, bt);
    matmul(at, product);
    for (const { storage } of [bt, at]) {
      expect(storage).toBeInstanceOf(TransposedStorage);
      expect((storage as unknown as { copy: unknown }).copy).toBeNull();
    }
    const moved = tensor(bt.toArray(), { shape: [4, 5] });
    expect(matmul(a, moved).toArray()).toEqual(product.toArray());
  });

  it('is its source again when transposed twice', () => {
    const a = rand([2, 3, 4]);
    expect(a.T.T.storage).toBe(a.storage);
    expect(a.T.T.shape).toEqual([2, 3, 4]);
  });

  it('shows what was written to its source', () => {
    const a = tensor([[1, 2]]);
    const turned = a.T;
    expect(turned.toList()).toEqual([[1], [2]]);
    a.assign(tensor([[3, 4]]));
    expect(turned.toList()).toEqual([[3], [4]]);
    expect(turned.add(1).toList()).toEqual([[4], [5]]);
  });

  it('can be reshaped, sliced and stretched like any other', () => {
    const a = arange(0, 6).reshape([2, 3]).T;
    expect(a.reshape([6]).toList()).toEqual([0, 3, 1, 4, 2, 5]);
    expect(a.slice(1).toList()).toEqual([
      [1, 4],
      [2, 5],
    ]);
    expect(a.slice(1).T.toList()).toEqual([
      [1, 2],
      [4, 5],
    ]);
    expect(a.add(tensor([10, 20])).toList()).toEqual([
      [10, 23],
      [11, 24],
      [12, 25],
    ]);
    const product = matmul(a.slice(1).to('f32'), a.slice(1).T.to('f32'));
    expect(product.toList()).toEqual([
      [17, 22],
      [22, 29],
    ]);
  });
});

describe('a packed right operand', () => {
  it('is used as it is, with the same bits', () => {
    manualSeed(5);
    const x = randn([7, 33]);
    const w = randn([19, 33]);
    const stored = new WatchedStorage(w, { transposed: true, address: pack(w, 19, 33, true) });
    const watched = new Tensor(w.shape, 'f32', stored);
    expect(linear(x, watched).toArray()).toEqual(linear(x, w).toArray());
    expect(matmul(x, watched.T).toArray()).toEqual(matmul(x, w.T).toArray());
    expect(stored.packedReads).toEqual([true, true]);
  });

  it('is asked for without transposing, too, and not for a part of a tensor', () => {
    const g = randn([7, 19]);
    const w = randn([19, 33]);
    const stored = new WatchedStorage(w, { transposed: false, address: pack(w, 33, 19, false) });
    const watched = new Tensor(w.shape, 'f32', stored);
    expect(matmul(g, watched).toArray()).toEqual(matmul(g, w).toArray());
    expect(stored.packedReads).toEqual([false]);
    const part = watched.slice(1);
    expect(linear(randn([2, 33]), part).shape).toEqual([2, 18]);
    expect(stored.packedReads).toEqual([false]);
    for (const read of [(x: Tensor) => x.slice(0, 5), (x: Tensor) => x.reshape([33, 19])]) {
      const right = read(watched);
      const left = randn([3, right.shape[0] ?? 1]);
      expect(matmul(left, right).toArray()).toEqual(matmul(left, read(w)).toArray());
    }
  });
});

describe('a fused activation', () => {
  const plain = { relu, sigmoid, tanh };

  it.each(['relu', 'sigmoid', 'tanh'] as const)('%s has the bits of the plain op', (name) => {
    manualSeed(6);
    for (const dtype of ['f32', 'f64'] as const) {
      const x = randn([9, 21], { dtype });
      const w = randn([13, 21], { dtype });
      const b = randn([13], { dtype });
      const composed = plain[name](matmul(x, w.T).add(b));
      expect(linear(x, w, b, name).toArray()).toEqual(composed.toArray());
      const image = randn([2, 3, 6, 5], { dtype });
      const window = randn([4, 3, 3, 3], { dtype });
      const bias = randn([4], { dtype });
      const bare = conv2d(image, window, null, { padding: 1 });
      const after = plain[name](bare.add(bias.reshape([4, 1, 1])));
      const fused = conv2d(image, window, bias, { padding: 1, activation: name });
      expect(fused.toArray()).toEqual(after.toArray());
    }
  });

  it('has the bits of the plain ops in its gradients', () => {
    manualSeed(7);
    const make = () => [randn([9, 21]), randn([13, 21]), randn([13])] as const;
    const [x, w, b] = make();
    const run = (y: (x: Tensor, w: Tensor, b: Tensor) => Tensor) => {
      const leaves = [x, w, b].map((one) => one.clone().detach());
      for (const one of leaves) one.requiresGrad = true;
      const [a, c, d] = leaves;
      if (!a || !c || !d) throw new Error('three operands');
      y(a, c, d).square().sum().backward();
      return leaves.map((one) => one.grad?.toArray());
    };
    const fused = run((a, c, d) => linear(a, c, d, 'tanh'));
    expect(fused).toEqual(run((a, c, d) => tanh(linear(a, c, d))));
  });
});

it('multiplies many small matrices as it multiplies each', () => {
  manualSeed(8);
  const a = randn([4, 3, 5]);
  const b = randn([4, 5, 2]);
  const product = matmul(a, b);
  for (let i = 0; i < 4; i++) {
    const one = matmul(a.slice(i, i + 1).squeeze(0), b.slice(i, i + 1).squeeze(0));
    expect(product.slice(i, i + 1).toArray()).toEqual(one.toArray());
  }
});
