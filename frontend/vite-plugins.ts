import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { HtmlTagDescriptor, Plugin } from 'vite';

const COMPRESSIBLE = /\.(js|mjs|css|svg|json|wasm|icc)$/;

/** Writes `.br` and `.gz` beside every hashed text asset, so that the server only has to send them. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [fileName, output] of Object.entries(bundle)) {
          // index.html carries a nonce that changes with each answer.
          if (!COMPRESSIBLE.test(fileName)) continue;
          const source = Buffer.from(output.type === 'chunk' ? output.code : output.source);
          if (source.length < 1024) continue;
          const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
          this.emitFile({
            type: 'asset',
            fileName: `${fileName}.br`,
            source: brotliCompressSync(source, { params }),
          });
          this.emitFile({
            type: 'asset',
            fileName: `${fileName}.gz`,
            source: gzipSync(source, { level: 9 }),
          });
        }
      },
    },
  };
}

/**
 * Has the browser fetch the screen that almost every visit opens, with its style, beside the code
 * that asks for it; and on wide screens the font, which a phone's slow line does without at first.
 */
export function preloadRoute(module: string, font: string): Plugin {
  return {
    name: 'preload-route',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const outputs = Object.values(bundle ?? {});
        const chunks = outputs.filter((output) => output.type === 'chunk');
        const route = chunks.find((chunk) => chunk.facadeModuleId === module);
        const letters = outputs.find((output) => output.fileName.includes(font));
        if (!route || !letters) throw new Error(`${module} or ${font} has no file of its own`);
        const entry = chunks.find((chunk) => chunk.isEntry);
        const known = new Set([entry?.fileName, ...(entry?.imports ?? [])]);
        const files = [route.fileName, ...route.imports].filter((file) => !known.has(file));
        const styles = chunks
          .filter((chunk) => files.includes(chunk.fileName))
          .flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]);
        return [
          ...files.map((file) => link({ rel: 'modulepreload', href: `/${file}` })),
          ...styles.map((file) => link({ rel: 'stylesheet', href: `/${file}` })),
          link({
            rel: 'preload',
            as: 'font',
            type: 'font/woff2',
            media: '(min-width: 48em)',
            href: `/${letters.fileName}`,
          }),
        ];
      },
    },
  };
}

function link(attributes: Record<string, string>): HtmlTagDescriptor {
  return { tag: 'link', attrs: { crossorigin: true, ...attributes }, injectTo: 'head' };
}

type Modules = { getModuleInfo(id: string): { importedIds: string[] } | null };

/**
 * Gives one name to all of ours that a module imports at once, whatever else may import it too.
 * Libraries are left out: through their index each of them reaches all of itself.
 */
export function namedWhenReached(module: string, name: string) {
  const reached = new Set<string>();
  const visit = (id: string, modules: Modules) => {
    for (const next of modules.getModuleInfo(id)?.importedIds ?? []) {
      if (reached.has(next) || next.includes('/node_modules/')) continue;
      reached.add(next);
      visit(next, modules);
    }
  };
  return (id: string, modules: Modules) => {
    if (reached.size === 0) visit(module, modules);
    return reached.has(id) ? name : null;
  };
}

const MESSAGES = /\/i18n\/compiled\/(\w+)\.json$/;

/** Names each language's first messages in the page, for `early.js` to fetch the right ones. */
export function nameMessages(): Plugin {
  return {
    name: 'name-messages',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const files = Object.values(bundle ?? {}).flatMap((output) => {
          const module = output.type === 'chunk' ? output.facadeModuleId : null;
          const language = module?.match(MESSAGES)?.[1];
          return language ? [[language, `/${output.fileName}`]] : [];
        });
        if (files.length === 0) throw new Error('No messages have a chunk of their own');
        const content = JSON.stringify(Object.fromEntries(files));
        return [{ tag: 'meta', attrs: { name: 'messages', content }, injectTo: 'head-prepend' }];
      },
    },
  };
}

const PDFJS_FOLDERS = ['cmaps', 'standard_fonts', 'wasm', 'iccs'];

/** Ships the character maps, fonts, decoders and colour profiles that pdf.js fetches by name. */
export function pdfjsFiles(base: string): Plugin {
  const root = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  return {
    name: 'pdfjs-files',
    configureServer(server) {
      server.middlewares.use(`/${base}`, (request, response, next) => {
        const name = path.normalize(decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/'));
        const known = PDFJS_FOLDERS.some((folder) => name.startsWith(`/${folder}/`));
        if (!known) return next();
        try {
          response.end(readFileSync(path.join(root, name)));
        } catch {
          next();
        }
      });
    },
    generateBundle() {
      for (const folder of PDFJS_FOLDERS) {
        for (const name of readdirSync(path.join(root, folder))) {
          this.emitFile({
            type: 'asset',
            fileName: `${base}/${folder}/${name}`,
            source: readFileSync(path.join(root, folder, name)),
          });
        }
      }
    },
  };
}
