// size.ts ENTRY LIMIT: bundles and minifies ENTRY, prints its size packed by gzip, fails above LIMIT bytes.
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const [entry, limit] = [process.argv[2], Number(process.argv[3])];
if (!entry || !(limit > 0)) throw new Error('size.ts ENTRY LIMIT');
const result = await build({
  configFile: false,
  logLevel: 'error',
  build: { write: false, lib: { entry, formats: ['es'] }, minify: 'oxc', target: 'es2022' },
});
const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
const code = outputs.map((one) => (one.type === 'chunk' ? one.code : '')).join('');
const size = gzipSync(code, { level: 9 }).length;
console.log(`${entry}: ${size} bytes gzip, at most ${limit}`);
if (size > limit || size < 500) process.exit(1);
