// Fails when what a browser must fetch grows past its budget. Run after `npm run build`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), '../dist');
const manifest = JSON.parse(readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8'));

const PERIOD = 'src/components/PeriodFilter.tsx';
const MESSAGES = 'src/i18n/compiled/fr.json';
const LIST = ['index.html', MESSAGES, 'src/features/documents/DocumentsPage.tsx'];
const VIEWER = 'src/components/pdf/PdfViewer.tsx';

/** Everything that loading these modules brings along, without what they import later. */
function loaded(entries) {
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`${key} is not in the build`);
    if (seen.has(key)) return;
    seen.add(key);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const entry of entries) visit(entry);
  return [...seen].map((key) => manifest[key]);
}

const zipped = (file) => gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length;
const sum = (files) => [...new Set(files)].reduce((total, file) => total + zipped(file), 0);
const scripts = (entries) => loaded(entries).map((chunk) => chunk.file);
const styles = (entries) => loaded(entries).flatMap((chunk) => chunk.css ?? []);
const beyond = (entries, base) => {
  const known = new Set(scripts(base));
  return scripts(entries).filter((file) => !known.has(file));
};

const checks = [
  ['entry JS', 195, sum(scripts(['index.html']))],
  ['documents route JS, phone', 215, sum(scripts(LIST))],
  ['documents route JS, desktop', 230, sum(scripts([...LIST, PERIOD]))],
  ['documents route CSS', 25, sum(styles([...LIST, PERIOD]))],
  ['PDF viewer JS, lazy, without its worker', 155, sum(beyond([VIEWER], LIST))],
];

let failed = false;
for (const [name, budget, bytes] of checks) {
  const kilobytes = bytes / 1000;
  const verdict = kilobytes <= budget ? 'ok' : 'TOO LARGE';
  failed ||= kilobytes > budget;
  process.stdout.write(
    `${verdict.padEnd(10)} ${name.padEnd(42)} ${kilobytes.toFixed(1).padStart(6)} of ${budget} kB gzip\n`,
  );
}
process.exitCode = failed ? 1 : 0;
