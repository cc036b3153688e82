import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import {
  namedWhenReached,
  nameMessages,
  pdfjsFiles,
  precompress,
  preloadRoute,
} from './vite-plugins.ts';

const require = createRequire(import.meta.url);
const pdfjs = JSON.parse(readFileSync(require.resolve('pdfjs-dist/package.json'), 'utf8'));
/** The screen that almost every visit opens. */
const LIST = fileURLToPath(new URL('src/features/documents/DocumentsPage.tsx', import.meta.url));
const MESSAGE_PARSER = '@formatjs/icu-messageformat-parser';
const pdfjsBase = `assets/pdfjs-${pdfjs.version}`;

export default defineConfig(({ mode }) => ({
  plugins: [
    react(),
    preloadRoute(LIST, 'inter-latin-wght'),
    nameMessages(),
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
        // Few files: over a slow line each one more costs about as much as ten kilobytes.
        codeSplitting: {
          groups: [
            { name: 'portal', tags: ['$initial'] },
            { name: namedWhenReached(LIST, 'list'), debugName: 'list' },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.API_URL ?? 'http://127.0.0.1:8000' } },
}));
