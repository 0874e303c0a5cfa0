import type { MathNode } from 'mathjs/number';
import { evaluate } from './compute.js';
import { bestStep, differences, stepSizes, type Difference } from './differences.js';
import { termOf, type Expression } from './expression.js';
import { differentiate } from './symbolic.js';
import { traceTerm, type Trace } from './trace.js';

/** The derivative of an expression by one variable, found in every way. */
export interface Derivative {
  readonly variable: string;
  /** By the tangent of the result. */
  readonly forward: number;
  /** By the adjoint of the variable. With it the others are compared. */
  readonly reverse: number;
  readonly symbolic: {
    readonly raw: MathNode;
    readonly simplified: MathNode | null;
    readonly value: number;
  };
  readonly numerical: {
    readonly differences: readonly Difference[];
    readonly bestForward: Difference | undefined;
    readonly bestCentral: Difference | undefined;
  };
  /** Null where no derivative was given by hand. */
  readonly manual: Manual | null;
}

/** A derivative that a person wrote, and whether it is right. */
export interface Manual {
  readonly text: string;
  readonly value: number;
  /** `here` when it agrees at the given point but not at another. */
  readonly verdict: 'agrees' | 'here' | 'differs';
  /** A point where it differs, and the two values there; null where it agrees. */
  readonly against: {
    readonly at: ReadonlyMap<string, number>;
    readonly manual: number;
    readonly automatic: number;
  } | null;
}

export interface Analysis {
  readonly expression: Expression;
  /** What the value of the expression is called: `y`, unless a variable is. */
  readonly result: string;
  readonly values: ReadonlyMap<string, number>;
  readonly trace: Trace;
  readonly derivatives: readonly Derivative[];
}

/** Differentiates an expression at a point, by each of the variables in `wrt`. */
export function analyse(
  expression: Expression,
  values: ReadonlyMap<string, number>,
  wrt: readonly string[],
  manual: ReadonlyMap<string, Expression>,
): Analysis {
  const trace = traceTerm(expression.term, values, wrt);
  const order = [...values.keys()];
  const last = trace.calls.at(-1);
  const derivatives = wrt.map((variable): Derivative => {
    const leaf = trace.variables[order.indexOf(variable)];
    const reverse = leaf?.adjoint ?? NaN;
    const { raw, simplified } = differentiate(expression.node, variable);
    const [value = NaN] = evaluate(termOf(simplified ?? raw), values);
    const found = differences(expression.term, values, variable, stepSizes(1));
    const given = manual.get(variable);
    return {
      variable,
      forward: (last ?? leaf)?.tangents.get(variable) ?? NaN,
      reverse,
      symbolic: { raw, simplified, value },
      numerical: {
        differences: found,
        bestForward: bestStep(found, 'forward', reverse),
        bestCentral: bestStep(found, 'central', reverse),
      },
      manual: given === undefined ? null : judge(given, expression, values, variable),
    };
  });
  const result = ['y', 'f', 'z'].find((name) => !values.has(name)) ?? 'result';
  return { expression, result, values, trace, derivatives };
}

/** By what a point is multiplied to ask whether a derivative holds elsewhere, too. */
const elsewhere = [1, 1.1, 0.9, 1.37, 0.61];

function judge(
  given: Expression,
  expression: Expression,
  values: ReadonlyMap<string, number>,
  variable: string,
): Manual {
  const index = [...values.keys()].indexOf(variable);
  const [value = NaN] = evaluate(given.term, values);
  for (const factor of elsewhere) {
    // Another amount for each variable, so that equal ones become different, and 0 something else.
    const at = new Map(
      [...values].map(([name, x], i) =>
        factor === 1 ? [name, x] : [name, x * factor + (factor - 1) * 0.1 * (i + 1)],
      ),
    );
    const automatic = traceTerm(expression.term, at, []).variables[index]?.adjoint ?? NaN;
    const [manual = NaN] = evaluate(given.term, at);
    if (agree(manual, automatic)) continue;
    // Beyond the edge of where a function is defined there is nothing to compare.
    if (factor !== 1 && !Number.isFinite(automatic)) continue;
    const verdict = factor === 1 ? 'differs' : 'here';
    return { text: given.text, value, verdict, against: { at, manual, automatic } };
  }
  return { text: given.text, value, verdict: 'agrees', against: null };
}

function agree(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
