import { activationCharts } from '../plot/activations.js';
import { renderFigure } from '../plot/figure.js';
import { UsageError } from '../usage-error.js';
import { writeOutput } from '../write-output.js';

/** `dltrain activations --svg FILE`: every activation function beside its derivative. */
export async function activations(flags: { readonly svg?: string }): Promise<number> {
  if (flags.svg === undefined && process.stdout.isTTY) {
    throw new UsageError('an SVG file is not for a terminal to show; add --svg activations.svg');
  }
  const title = 'Activation functions and their derivatives';
  await writeOutput(flags.svg, renderFigure(activationCharts(), { title, columns: 5 }));
  return 0;
}
