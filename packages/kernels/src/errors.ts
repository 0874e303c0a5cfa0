/** Base of the errors of this package: the message says what, where, both values and the remedy. */
export class KernelsError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}
