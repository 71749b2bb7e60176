// cjs.ts ENTRY FOLDER: FOLDER/cjs for `require`: one file of code, the types of FOLDER, and a package.json that says so.
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const [entry, folder] = [process.argv[2], process.argv[3]];
if (!entry || !folder) throw new Error('cjs.ts ENTRY FOLDER');
const out = join(folder, 'cjs');
mkdirSync(out, { recursive: true });
await build({
  configFile: false,
  logLevel: 'error',
  build: { outDir: out, emptyOutDir: true, lib: { entry, formats: ['cjs'], fileName: () => 'index.js' }, minify: false, target: 'es2022' },
});
for (const name of readdirSync(folder)) if (name.endsWith('.d.ts')) copyFileSync(join(folder, name), join(out, name));
writeFileSync(join(out, 'package.json'), '{"type":"commonjs"}\n');
