// Every gate in order, one line and one exit code; the mistake it prevents is a green run of the gate one remembered.
//
//   npm run check                   all gates
//   npm run check -- types lint     only these
//   npm run check -- --report=FILE  also writes {"passed":N,"failed":N} for programs
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (path) => [process.execPath, join(root, 'node_modules', path)];
const tsx = (script, ...args) => [...bin('tsx/dist/cli.mjs'), join(root, 'scripts', script), ...args];
const hasWeb = existsSync(join(root, 'web/tsconfig.json'));

/** Name to the command that judges it; the longest start first, they print in this order. */
const gates = {
  format: [
    ...bin('@biomejs/biome/bin/biome'),
    'ci',
    '--colors=off',
    '--reporter=summary',
    '--linter-enabled=false',
    '.',
  ],
  types: [...bin('typescript/bin/tsc'), '-p', 'tsconfig.json'],
  ...(hasWeb && { 'types-web': [...bin('typescript/bin/tsc'), '-p', 'web/tsconfig.json', '--noEmit'] }),
  lint: [...bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'],
  boundaries: tsx('boundaries.ts'),
  unused: [...bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
  generated: tsx('generate.ts', '--check'),
  lockfile: tsx('lockfile.ts'),
  house: tsx('house.ts'),
};

const reportFile = process.argv.find((arg) => arg.startsWith('--report='))?.slice('--report='.length);
const chosen = process.argv.slice(2).filter((arg) => !arg.startsWith('--report='));
const unknown = chosen.filter((name) => !Object.hasOwn(gates, name));
if (unknown.length > 0) {
  console.error(`check: no gate is called ${unknown.join(', ')}; there are ${Object.keys(gates).join(', ')}`);
  process.exit(2);
}
if (!existsSync(join(root, 'node_modules'))) {
  console.error('check: node_modules is missing; run npm install first');
  process.exit(2);
}

// Somebody who reads only the head of our output has seen enough.
process.stdout.on('error', () => process.exit(1));

const names = chosen.length > 0 ? chosen : Object.keys(gates);
const started = performance.now();
const results = new Map(names.map((name) => [name, Promise.withResolvers?.() ?? withResolvers()]));
const waiting = [...names];
const workers = Array.from({ length: Math.min(availableParallelism(), 4) }, work);

let failed = 0;
for (const name of names) {
  const { code, output, seconds } = await results.get(name).promise;
  const lines = output.trim().split('\n');
  const verdict = code === 0 ? 'ok  ' : 'FAIL';
  const summary = code === 0 && lines.length === 1 ? `  ${lines[0]}` : '';
  console.log(`${verdict}  ${name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s${summary}`);
  const warnings = lines.filter((line) => line.startsWith('warning:'));
  if (code !== 0) console.log(indented(lines));
  else if (warnings.length > 0) console.log(indented(warnings));
  if (code !== 0) failed += 1;
}
await Promise.all(workers);
const total = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  failed === 0
    ? `check: ${names.length} gates passed in ${total} s`
    : `check: ${failed} of ${names.length} gates failed in ${total} s`,
);
if (reportFile) writeFileSync(reportFile, JSON.stringify({ passed: names.length - failed, failed }));
process.exitCode = failed === 0 ? 0 : 1;

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    results.get(name).resolve(await run(gates[name]));
  }
}

function run([command, ...args]) {
  const begin = performance.now();
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const end = (code) => done({ code, output, seconds: (performance.now() - begin) / 1000 });
    child.on('error', (error) => {
      output += error.message;
      end(1);
    });
    child.on('close', end);
  });
}

function indented(lines) {
  return lines.map((line) => `      ${line}`).join('\n');
}

function withResolvers() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}
