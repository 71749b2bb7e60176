// pack.ts FOLDER [LIMIT]: writes x.br and x.gz beside every text file x; prints what a first visit costs, fails above LIMIT bytes (gzip).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const [folder, limit] = [process.argv[2], Number(process.argv[3] ?? Infinity)];
if (!folder) throw new Error('pack.ts FOLDER [LIMIT]');
let total = 0;
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(html|js|css|svg|json)$/.test(name)) continue;
  const path = join(folder, name);
  const bytes = readFileSync(path);
  const packed = gzipSync(bytes, { level: 9 });
  total += packed.length;
  writeFileSync(`${path}.gz`, packed);
  writeFileSync(`${path}.br`, brotliCompressSync(bytes));
}
console.log(`${folder}: ${total} bytes gzip`);
if (total > limit) throw new Error(`more than ${limit}`);
