// What a plain run leaves out: a part of the cases, chosen by the seed IM_SEED (the commit, or what ./im test --seed says).
import { createHash } from 'node:crypto';

/** One of `count` parts of all cases; null: all of them, with FULL set or without a seed. Says which. */
export function partOf(what: string, count: number): number | null {
  const seed = process.env['IM_SEED'] ?? '';
  if (process.env['FULL'] || !seed) return null;
  const part = createHash('sha256').update(seed + what).digest().readUInt32BE() % count;
  console.log(`${what}: part ${part} of ${count} with seed ${seed}, all with --full`);
  return part;
}
