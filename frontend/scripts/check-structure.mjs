// A file imports only from its own floor or those below; features never import each other.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const src = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src');
const FLOORS = { lib: 0, api: 1, i18n: 1, components: 2, features: 3, app: 4 };
const ROOM = new Set(['features']);
const MAX_LINES = 250;
const FREE = new Set(['main.tsx', 'test-setup.ts']);
const isTest = (file) => /\.test\.tsx?$/.test(file);

const problems = [];
for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  const file = path.relative(src, path.join(entry.parentPath, entry.name));
  if (!entry.isFile() || !/\.(tsx?|css)$/.test(file) || file.endsWith('.gen.ts')) continue;
  const text = readFileSync(path.join(src, file), 'utf8');
  const lines = text.split('\n').length;
  if (lines > MAX_LINES) problems.push(`${file}: ${lines} lines, at most ${MAX_LINES}`);
  if (FREE.has(file) || isTest(file)) continue;
  const [floor, room] = file.split(path.sep);
  if (!(floor in FLOORS)) problems.push(`${file}: unknown folder`);
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
    const target = path.relative(src, path.resolve(src, path.dirname(file), specifier));
    const [targetFloor, targetRoom] = target.split(path.sep);
    const isUp = FLOORS[targetFloor] > FLOORS[floor];
    const isSideways = FLOORS[targetFloor] === FLOORS[floor] && targetFloor !== floor;
    const isNextDoor = ROOM.has(floor) && targetFloor === floor && targetRoom !== room;
    if (isUp || isSideways || isNextDoor) problems.push(`${file} must not import ${target}`);
  }
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
