// Parses the messages beforehand, so that no parser has to be sent to the browser, and parts them:
// what the documents list shows at once, and what may arrive a moment later.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const i18n = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src/i18n');
const require = createRequire(import.meta.url);
const { bin } = require('@formatjs/cli/package.json');
const cli = path.join(
  path.dirname(require.resolve('@formatjs/cli/package.json')),
  typeof bin === 'string' ? bin : bin.formatjs,
);

execFileSync(
  process.execPath,
  [
    cli,
    'compile-folder',
    '--ast',
    '--format',
    'simple',
    path.join(i18n, 'messages'),
    path.join(i18n, 'compiled'),
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);

const FIRST = new Set(
  `calendar chip column common documents empty error_page filters kind nav not_found notice offline pager
  problem row_menu shell support toasts user_menu`.split(/\s+/),
);
const FIRST_KEYS = new Set([
  'downloads.title',
  'export.button',
  'selection.choose',
  'selection.choose_page',
  'selection.page',
  'shortcuts.title',
  'statistics.title',
  'tags.manage',
  'tags.title',
  'views.title',
]);
const isFirst = (key) => FIRST.has(key.split('.')[0]) || FIRST_KEYS.has(key);

const compiled = path.join(i18n, 'compiled');
mkdirSync(path.join(compiled, 'later'), { recursive: true });
for (const name of readdirSync(compiled).filter((file) => file.endsWith('.json'))) {
  const messages = Object.entries(JSON.parse(readFileSync(path.join(compiled, name), 'utf8')));
  const write = (file, entries) =>
    writeFileSync(path.join(compiled, file), JSON.stringify(Object.fromEntries(entries)));
  write(
    path.join('later', name),
    messages.filter(([key]) => !isFirst(key)),
  );
  write(
    name,
    messages.filter(([key]) => isFirst(key)),
  );
}
