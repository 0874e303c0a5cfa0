/**
 * 96 bits of a name, as the counter words under which its random numbers are drawn: MurmurHash3
 * (x86, 32 bit) of the UTF-8 bytes with the seeds 0, 1 and 2. Whole-number arithmetic only, so that
 * the words are the same everywhere.
 */
export function hashName(name: string): [c1: number, c2: number, c3: number] {
  const bytes = new TextEncoder().encode(name);
  return [murmur3(bytes, 0), murmur3(bytes, 1), murmur3(bytes, 2)];
}

/** MurmurHash3_x86_32, by Austin Appleby (public domain). */
export function murmur3(bytes: Uint8Array, seed: number): number {
  let hash = seed | 0;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    hash ^= scramble(wordAt(bytes, i, 4));
    hash = (Math.imul(rotateLeft(hash, 13), 5) + 0xe6546b64) | 0;
  }
  hash ^= scramble(wordAt(bytes, whole, bytes.length - whole));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Up to four bytes as a little-endian word. */
function wordAt(bytes: Uint8Array, start: number, count: number): number {
  let word = 0;
  for (let i = 0; i < count; i++) word |= (bytes[start + i] ?? 0) << (8 * i);
  return word;
}

function scramble(word: number): number {
  return Math.imul(rotateLeft(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
