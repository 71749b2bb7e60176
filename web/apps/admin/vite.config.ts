import { defineConfig } from 'vite';

// Logic serves build/web/admin on the admin port: names with hashes are kept by browsers, index.html is asked for again.
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../../build/web/admin',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { hashCharacters: 'hex' } },
  },
});
