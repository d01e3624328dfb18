const POLYNOMIAL = 0xedb88320;

const makeTable = (): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });

let table: Uint32Array | undefined;

/** CRC-32 (IEEE 802.3). Our own because loading node:zlib would take a tenth of a hook's time. */
export const crc32 = (bytes: Uint8Array): number => {
  table ??= makeTable();
  let crc = ~0;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
};
