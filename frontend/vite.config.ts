import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pdfjsFiles, precompress, preloadRoute } from './vite-plugins.ts';

const require = createRequire(import.meta.url);
const pdfjs = JSON.parse(readFileSync(require.resolve('pdfjs-dist/package.json'), 'utf8'));
const MESSAGE_PARSER = '@formatjs/icu-messageformat-parser';
const CONTROLS =
  /@mantine\/core\/esm\/components\/(Button|CloseButton|Input|InputBase|InlineInput|Loader|TextInput)\//;
const pdfjsBase = `assets/pdfjs-${pdfjs.version}`;

export default defineConfig(({ mode }) => ({
  plugins: [
    react(),
    preloadRoute('/documents/DocumentsPage.tsx'),
    pdfjsFiles(pdfjsBase),
    precompress(),
  ],
  define: { __PDFJS_FILES__: JSON.stringify(`/${pdfjsBase}/`) },
  resolve: {
    // Messages are compiled to their syntax tree beforehand: the parser stays home.
    alias:
      mode === 'production'
        ? [{ find: MESSAGE_PARSER, replacement: `${MESSAGE_PARSER}/no-parser.js` }]
        : [],
  },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        // What every screen needs travels together, instead of in a dozen tiny files.
        codeSplitting: { groups: [{ name: 'controls', test: CONTROLS }] },
      },
    },
  },
  server: { proxy: { '/api': process.env.API_URL ?? 'http://127.0.0.1:8000' } },
}));
