/** What a scan carries from element to element: a sum, a product, the logarithm of a sum of exponentials. */

export class Sum {
  @inline first<S>(): S { return <S>0; }
  @inline next<S>(state: S, x: S): S { return state + x; }
}

export class Product {
  @inline first<S>(): S { return <S>1; }
  @inline next<S>(state: S, x: S): S { return state * x; }
}

/** ln(e^state + e^x), with the larger of the two taken out of the exponentials */
function logAddExp(state: f64, x: f64): f64 {
  if (state != state || x != x) return NaN;
  const larger = max<f64>(state, x);
  const smaller = min<f64>(state, x);
  // equal infinities have no difference
  if (larger == smaller && larger - larger != 0) return larger;
  return larger + NativeMath.log1p(NativeMath.exp(smaller - larger));
}

export class LogSum {
  @inline first<S>(): S { return <S>-Infinity; }
  @inline next<S>(state: S, x: S): S { return <S>logAddExp(<f64>state, <f64>x); }
}
