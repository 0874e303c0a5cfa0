import { activationCharts } from '../plot/activations.js';
import { renderFigure } from '../plot/figure.js';
import { writeOutput } from '../write-output.js';

/** `dltrain activations --svg FILE`: every activation function beside its derivative. */
export async function activations(flags: { readonly svg?: string }): Promise<number> {
  const title = 'Activation functions and their derivatives';
  await writeOutput(flags.svg, renderFigure(activationCharts(), { title, columns: 5 }));
  return 0;
}
