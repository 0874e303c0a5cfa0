import type { Analysis, Manual } from './analysis.js';
import { sizeOf, textOf } from './symbolic.js';
import type { Step } from './trace.js';

/** Everything that was found, at full precision, as one line of JSON. */
export function asJson({ expression, values, trace, derivatives }: Analysis): string {
  const step = ({ name, label, op, inputs, value, tangents, adjoint }: Step) => ({
    name,
    label,
    op,
    inputs,
    value,
    tangents: Object.fromEntries(tangents),
    adjoint,
  });
  const record = {
    event: 'grad',
    expression: expression.text,
    variables: Object.fromEntries(values),
    value: trace.value,
    forward_trace: [...trace.variables, ...trace.calls].map(step),
    reverse_trace: trace.contributions.map(({ from, to, local, share, sum }) => ({
      from: from.name,
      to: to.name,
      adjoint: from.adjoint,
      local,
      share,
      sum,
    })),
    expression_nodes: sizeOf(expression.node),
    derivatives: Object.fromEntries(
      derivatives.map(({ variable, forward, reverse, symbolic, numerical, manual, ...what }) => [
        variable,
        {
          exists: what.exists && what.breaks === null,
          ...(what.breaks === null ? {} : { breaks: what.breaks }),
          automatic: { forward, reverse },
          symbolic: {
            expression: textOf(symbolic.simplified ?? symbolic.raw),
            value: symbolic.value,
            nodes: sizeOf(symbolic.raw),
            simplified_nodes: symbolic.simplified === null ? null : sizeOf(symbolic.simplified),
          },
          numerical: {
            best_h: {
              forward: numerical.bestForward?.h ?? null,
              central: numerical.bestCentral?.h ?? null,
            },
            differences: numerical.differences.map(({ h, forward: ahead, central }) => ({
              h,
              forward: ahead,
              forward_error: Math.abs(ahead - reverse),
              central,
              central_error: Math.abs(central - reverse),
            })),
          },
          ...(manual === null ? {} : { manual: manualRecord(manual) }),
        },
      ]),
    ),
  };
  return `${JSON.stringify(record, spellOut)}\n`;
}

/** JSON has no NaN and no infinities: they become words, which are not taken for a missing value. */
function spellOut(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function manualRecord({ text, value, verdict, against }: Manual) {
  return {
    expression: text,
    value,
    agrees: verdict === 'agrees',
    ...(against === null
      ? {}
      : {
          differs_at: {
            variables: Object.fromEntries(against.at),
            manual: against.manual,
            automatic: against.automatic,
          },
        }),
  };
}
