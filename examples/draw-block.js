// A transformer block, and two pictures of it: one of every op, one of its parts.
//
// Run: node examples/draw-block.js [FOLDER]
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { drawModel, nn, zeros } from 'dltrain';

/** @typedef {import('dltrain').Tensor} Tensor */

/** Attention, then a network of its own for each position, each with a way around it. */
class Block extends nn.Module {
  attentionNorm = new nn.LayerNorm(16);
  attention = new nn.MultiheadAttention(16, 4);
  mlpNorm = new nn.LayerNorm(16);
  mlp = new nn.Sequential(new nn.Linear(16, 64), new nn.GELU(), new nn.Linear(64, 16));

  /**
   * @override
   * @param {Tensor} x
   */
  forward(x) {
    const attended = x.add(this.attention.forward(this.attentionNorm.forward(x)));
    return attended.add(this.mlp.forward(this.mlpNorm.forward(attended)));
  }
}

const folder = process.argv[2] ?? '.';
const x = zeros([2, 5, 16]); // two sequences of five positions
for (const [name, options] of Object.entries({ block: {}, 'block-parts': { depth: 1 } })) {
  const file = path.join(folder, `${name}.svg`);
  writeFileSync(file, await drawModel(new Block(), x, { title: 'Transformer block', ...options }));
  process.stdout.write(`wrote ${file}\n`);
}
