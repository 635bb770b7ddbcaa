/**
 * Writes the generated files of `generated.ts`, or with `--check` says which of them are out of date and where they
 * differ. The mistake it prevents: a reference page that tells of a field the catalogue no longer has.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { GENERATED, type GeneratedFile } from './generated.ts';

const root = resolve(import.meta.dirname, '..');
const onlyCheck = process.argv.includes('--check');

let stale = 0;
for (const file of GENERATED) {
  const wanted = await rendered(file);
  const present = readOrEmpty(join(root, file.path));
  if (present === wanted) continue;
  stale += 1;
  if (onlyCheck) {
    console.error(`${file.path} is out of date; run npm run generate. ${firstDifference(present, wanted)}`);
  } else {
    mkdirSync(dirname(join(root, file.path)), { recursive: true });
    writeFileSync(join(root, file.path), wanted);
    console.log(`wrote ${file.path}`);
  }
}
console.log(`${GENERATED.length} generated files, ${stale} ${onlyCheck ? 'out of date' : 'written'}`);
process.exitCode = onlyCheck && stale > 0 ? 1 : 0;

/** Code and pages go through the formatter, so that a generated file passes the format gate as any other. */
async function rendered(file: GeneratedFile): Promise<string> {
  const text = await file.render();
  if (!/\.(ts|tsx|js|mjs|json|css|md)$/.test(file.path)) return text;
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const result = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${file.path}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`cannot format ${file.path}: ${result.stderr}`);
  return result.stdout;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function firstDifference(present: string, wanted: string): string {
  const old = present.split('\n');
  const now = wanted.split('\n');
  const at = now.findIndex((line, index) => line !== old[index]);
  const index = at < 0 ? now.length : at;
  return `First difference in line ${index + 1}:\n  - ${old[index] ?? '(end of file)'}\n  + ${now[index] ?? '(end of file)'}`;
}
