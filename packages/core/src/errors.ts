/**
 * Base of every error that dltrain throws on purpose. The message says what happened, where, with
 * which values, and what to do about it.
 */
export class DltrainError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** Shapes that do not fit together, or an axis that is not there. */
export class ShapeError extends DltrainError {}

/** A dtype that an operation does not take. */
export class DTypeError extends DltrainError {}

/** A value outside what is allowed: a negative size, a class index beyond the last class. */
export class ValueError extends DltrainError {}

/** A tensor whose memory was given back is read. */
export class ReleasedError extends DltrainError {}

/** A derivative that was asked for does not exist: nothing recorded, an integer, a graph used twice. */
export class GradientError extends DltrainError {}

/** The first NaN or infinity, found by `detectAnomaly`. */
export class AnomalyError extends DltrainError {}

/** Names or shapes of stored weights that do not fit the model. */
export class StateError extends DltrainError {}
