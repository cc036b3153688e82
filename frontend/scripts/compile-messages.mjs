// Parses the messages beforehand, so that no parser has to be sent to the browser.
import { execFileSync } from 'node:child_process';
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
