/** The error function of four f32, within 1.3 ulp; see `elementary-f32.ts`. */
import { expm1ReducedF32, octaveF32, ONE, SIGN_BIT } from './elementary-f32';
import { choose, constant, horner } from './vector';

/** q of erf a = a + a q(a^2) below SMALL */
const ERF = memory.data<f32>([
  -0.0005946852616034448, 0.004985304083675146, -0.02676195278763771, 0.11281716078519821,
  -0.37612488865852356, 0.12837915122509003,
]);
const SMALL = memory.data<f32>([0.9375]);

/** p of log erfc a = a p(a), from SMALL to TOP */
const LOG_ERFC = memory.data<f32>([
  0.00021337484940886497, -0.0032099070958793163, 0.02287370339035988, -0.10523635149002075,
  -0.6357377767562866, -1.1285085678100586,
]);
/** From here on erf rounds to 1. */
const TOP = memory.data<f32>([4]);

/** erf a = a + a q(a^2), or 1 - e^(a p(a)); odd */
// @ts-ignore: decorator
@inline
export function erfF32(x: v128): v128 {
  const one = constant<f32>(ONE);
  const a = f32x4.abs(x);
  const z = f32x4.mul(a, a);
  let q = horner<f32>(constant<f32>(ERF), z, ERF + 4);
  q = horner<f32>(q, z, ERF + 8);
  q = horner<f32>(q, z, ERF + 12);
  q = horner<f32>(q, z, ERF + 16);
  q = horner<f32>(q, z, ERF + 20);
  const small = f32x4.add(a, f32x4.mul(a, q));

  const bounded = f32x4.pmin(a, constant<f32>(TOP));
  let p = horner<f32>(constant<f32>(LOG_ERFC), bounded, LOG_ERFC + 4);
  p = horner<f32>(p, bounded, LOG_ERFC + 8);
  p = horner<f32>(p, bounded, LOG_ERFC + 12);
  p = horner<f32>(p, bounded, LOG_ERFC + 16);
  p = horner<f32>(p, bounded, LOG_ERFC + 20);
  const exponent = f32x4.mul(bounded, p);
  const k = octaveF32(exponent);
  const power = i32x4.add(i32x4.shl(k, 23), one); // 2^k, -26 <= k <= 0
  const erfc = f32x4.mul(f32x4.add(one, expm1ReducedF32(exponent, k)), power);
  const large = f32x4.sub(one, erfc);

  const y = choose(f32x4.lt(a, constant<f32>(SMALL)), small, large);
  return v128.or(y, v128.and(x, constant<f32>(SIGN_BIT)));
}
