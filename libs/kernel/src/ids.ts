import { createHash, randomBytes } from 'node:crypto';

const format = (bytes: Uint8Array): string => {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
};

/** A time-ordered id (RFC 9562, version 7). `now` is in milliseconds since 1970. */
export const uuidv7 = (now: number, random: Uint8Array = randomBytes(10)): string => {
  const bytes = new Uint8Array(16);
  let time = now;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return format(bytes);
};

/**
 * A deterministic id (RFC 9562, version 8: SHA-256 of the parts, length-prefixed so that no two lists collide).
 * Used for everything derived, so that deciding the same cause twice yields the same ids.
 */
export const derivedId = (...parts: readonly (string | number)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) {
    const text = String(part);
    hash.update(`${Buffer.byteLength(text)}:${text}`);
  }
  const bytes = new Uint8Array(hash.digest().subarray(0, 16));
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return format(bytes);
};
