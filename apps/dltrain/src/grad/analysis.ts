import type { MathNode } from 'mathjs/number';
import { breakAt, type Break } from './breaks.js';
import { evaluate } from './compute.js';
import { bestStep, differences, stepSizes, type Difference } from './differences.js';
import { termOf, type Expression } from './expression.js';
import { differentiate } from './symbolic.js';
import { traceTerm, type Trace } from './trace.js';

/** The derivative of an expression by one variable, found in every way. */
export interface Derivative {
  readonly variable: string;
  /** Whether the function has a finite value and a finite derivative here; without, nothing is confirmed. */
  readonly exists: boolean;
  /** Where the function has no derivative although the rules give one by convention. */
  readonly breaks: Break | null;
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
  /** `here` when it agrees at the given point but not at another, `undefined` where there is nothing to agree with. */
  readonly verdict: 'agrees' | 'here' | 'differs' | 'undefined';
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
    const forward = (last ?? leaf)?.tangents.get(variable) ?? NaN;
    const exists = [trace.value, forward, reverse].every(Number.isFinite);
    return {
      variable,
      exists,
      breaks: exists ? breakAt(expression.term, values, variable) : null,
      forward,
      reverse,
      symbolic: { raw, simplified, value },
      numerical: {
        differences: found,
        bestForward: bestStep(found, 'forward', exists ? reverse : NaN),
        bestCentral: bestStep(found, 'central', exists ? reverse : NaN),
      },
      manual: given === undefined ? null : judge(given, expression, values, { variable, exists }),
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
  { variable, exists }: Pick<Derivative, 'variable' | 'exists'>,
): Manual {
  const index = [...values.keys()].indexOf(variable);
  const [value = NaN] = evaluate(given.term, values);
  if (!exists) return { text: given.text, value, verdict: 'undefined', against: null };
  for (const factor of elsewhere) {
    // Another amount for each variable, so that equal ones become different, and 0 something else.
    const at = new Map(
      [...values].map(([name, x], i) =>
        factor === 1 ? [name, x] : [name, x * factor + (factor - 1) * 0.1 * (i + 1)],
      ),
    );
    const trace = traceTerm(expression.term, at, []);
    const automatic = trace.variables[index]?.adjoint ?? NaN;
    const [manual = NaN] = evaluate(given.term, at);
    if (agree(manual, automatic)) continue;
    // Beyond the edge of where a function is defined there is nothing to compare.
    if (factor !== 1 && !(Number.isFinite(automatic) && Number.isFinite(trace.value))) continue;
    const verdict = factor === 1 ? 'differs' : 'here';
    return { text: given.text, value, verdict, against: { at, manual, automatic } };
  }
  return { text: given.text, value, verdict: 'agrees', against: null };
}

function agree(a: number, b: number): boolean {
  const apart = Math.abs(a - b);
  // Infinitely far apart is far apart, even as a part of an infinite size.
  return Number.isFinite(apart) && apart <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
