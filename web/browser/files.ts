// Files for the tests: pictures that decode, and bytes.
import { crc32, deflateSync } from 'node:zlib';

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A picture of two colours, from the left to the right. */
export function png(width: number, height: number, left: readonly [number, number, number] = [220, 60, 40], right: readonly [number, number, number] = [40, 90, 220]): Buffer {
  const row = Buffer.alloc(1 + 3 * width);
  for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) row[1 + 3 * x + c] = left[c]! + ((right[c]! - left[c]!) * x) / width;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** Bytes that say nothing and are not twice the same. */
export function bytes(size: number, seed = 1): Buffer {
  const out = Buffer.alloc(size);
  for (let i = 0, word = seed; i < size; i++) out[i] = (word = (Math.imul(word, 1664525) + 1013904223) >>> 0) >>> 24;
  return out;
}
