import { KernelsError } from './errors.js';
import * as WebAssembly from './webassembly.js';

/** The page of WebAssembly memory. */
const pageBytes = 65536;

/** Constants of the kernels lie below this address of every memory; heaps begin here. */
export const reservedBytes = 65536;

/** No part of the address space that was asked for could be reserved. */
export class MemoryReservationError extends KernelsError {}

export interface ReserveMemoryOptions {
  /**
   * Bytes of address space, rounded up to whole pages; default (and most) 4 GiB, or what can be
   * had.
   */
  readonly bytes?: number;
}

/**
 * Reserves one shared memory, whole from the start: it never grows, so views of it stay valid, and
 * pages that nobody touches cost nothing. When the address space is not to be had (a container
 * with a limit), half as much is tried, and so on.
 *
 * @throws {MemoryReservationError} when not one page, or not the `bytes` asked for, can be had.
 * @example
 * const memory = reserveMemory({ bytes: 64 * 1024 * 1024 });
 */
export function reserveMemory({ bytes }: ReserveMemoryOptions = {}): WebAssembly.Memory {
  if (bytes !== undefined && !(bytes > 0 && bytes <= 65536 * pageBytes)) {
    throw new MemoryReservationError(
      `Cannot reserve ${String(bytes)} bytes: between 1 byte and 4 GiB (${String(65536 * pageBytes)}) are possible.`,
    );
  }
  const most = bytes === undefined ? 65536 : Math.ceil(bytes / pageBytes);
  let cause: unknown;
  for (let pages = most; pages >= 1; pages = Math.floor(pages / 2)) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch (error) {
      cause = error;
      if (bytes !== undefined) break;
    }
  }
  throw new MemoryReservationError(
    `The system gives no ${String(most * pageBytes)} bytes of address space for tensors. ` +
      `Ask for less, or raise the limit of this process (ulimit -v, the container's memory).`,
    { cause },
  );
}
