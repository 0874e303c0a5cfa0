/** Rows of every tile. */
export const ROWS: i32 = 4;
/** Bytes of a panel a step along k, and of a tile's row: a cache line, 16 f32 or 8 f64. */
export const PANEL: i32 = 64;

/** Elements of T in a panel a step. */
// @ts-ignore: decorator
@inline
export function panelLanes<T>(): i32 {
  return PANEL / <i32>sizeof<T>();
}

/** Panels that hold n columns. */
// @ts-ignore: decorator
@inline
export function panelsOf<T>(n: i32): i32 {
  return (n + panelLanes<T>() - 1) / panelLanes<T>();
}
