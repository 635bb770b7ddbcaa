/**
 * Holds every import of `src/` and `web/src/` against the tables of `layers.ts`. The mistake it prevents: one
 * convenient import that ties two stages together, or a checker that passes because it saw nothing.
 *
 *   npm run boundaries            checks this repository
 *   npm run boundaries -- DIR     checks another tree of the same shape
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import {
  CLI_MAY_IMPORT,
  IMPURE_CALLS,
  LEVELS,
  PURE_FOLDERS,
  PURE_NODE_MODULES,
  SHARED_PACKAGES,
  WEB_MAY_IMPORT,
} from './layers.ts';

/** One broken rule: `src/flow/key.ts:12 sibling: …`. */
export interface BoundaryProblem {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** What one run saw; `imports` of zero is itself a problem. */
export interface BoundaryReport {
  readonly files: number;
  readonly imports: number;
  readonly problems: readonly BoundaryProblem[];
}

interface ImportEdge {
  readonly target: string;
  readonly offset: number;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

interface SourceFile {
  /** Path from the root, with forward slashes. */
  readonly path: string;
  /** `src/flow`, `web/src/charts`, or `src` and `web/src` for files directly in them. */
  readonly folder: string;
  readonly text: string;
  readonly edges: readonly ImportEdge[];
}

type Report = (file: SourceFile, offset: number, rule: string, message: string) => void;

/** Checks the tree under `root`; reads files, changes nothing, throws only when a file cannot be read. */
export function checkBoundaries(root: string): BoundaryReport {
  const problems: BoundaryProblem[] = [];
  const report: Report = (file, offset, rule, message) => {
    const line = file.text.slice(0, offset).split('\n').length;
    problems.push({ file: file.path, line, rule, message });
  };
  const files = [...sourcesUnder(root, 'src'), ...sourcesUnder(root, 'web')].map((path) =>
    readSource(root, path, report),
  );
  const known = new Set(files.map((file) => file.path));
  const packageOwners = new Map<string, Map<string, [SourceFile, number]>>();
  let imports = 0;

  for (const file of files) {
    checkPlace(file, report);
    for (const edge of file.edges) {
      imports += 1;
      if (edge.target.startsWith('.')) checkOwnImport(root, known, file, edge, report);
      else if (edge.target.startsWith('node:')) checkNodeImport(file, edge, report);
      else noteOwner(packageOwners, file, edge);
    }
  }
  checkOwners(packageOwners, report);
  checkCycles(root, files, report);
  if (imports === 0) {
    problems.push({
      file: 'src',
      line: 1,
      rule: 'nothing-seen',
      message: 'no import was seen, so nothing was checked',
    });
  }
  return { files: files.length, imports, problems };
}

function sourcesUnder(root: string, top: string): string[] {
  const start = join(root, top);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('/node_modules/') && !path.includes('/dist/'))
    .toSorted();
}

function readSource(root: string, path: string, report: Report): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const parsed = parseSync(path, text);
  const edges: ImportEdge[] = [];
  const file: SourceFile = { path, folder: folderOf(path), text, edges };
  for (const error of parsed.errors) report(file, 0, 'syntax', error.message);

  for (const found of parsed.module.staticImports) {
    const typeOnly = found.entries.length > 0 && found.entries.every((entry) => entry.isType);
    edges.push({ target: found.moduleRequest.value, offset: found.start, typeOnly, dynamic: false });
  }
  for (const found of parsed.module.staticExports) {
    const from = found.entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest;
    if (!from) continue;
    if (found.entries.some((entry) => entry.importName.kind.startsWith('All'))) {
      report(file, found.start, 'star-export', `names from '${from.value}' must be listed one by one`);
    }
    const typeOnly = found.entries.every((entry) => entry.isType);
    edges.push({ target: from.value, offset: found.start, typeOnly, dynamic: false });
  }
  for (const found of parsed.module.dynamicImports) {
    const written = text.slice(found.moduleRequest.start, found.moduleRequest.end);
    const literal = /^(['"`])([^'"`$]*)\1$/.exec(written)?.[2];
    if (literal === undefined)
      report(
        file,
        found.start,
        'computed-import',
        `import(${written}) cannot be checked; write the name out`,
      );
    else edges.push({ target: literal, offset: found.start, typeOnly: false, dynamic: true });
  }
  visit(parsed.program, (node) => {
    if (node['type'] === 'TSImportType') {
      const source = node['source'] as { value: string; start: number };
      edges.push({ target: source.value, offset: source.start, typeOnly: true, dynamic: false });
    }
    if (isPure(file)) checkCall(file, node, report);
  });
  return file;
}

function folderOf(path: string): string {
  const parts = path.split('/');
  const depth = parts[0] === 'src' ? 2 : 3;
  return parts.length > depth ? parts.slice(0, depth).join('/') : parts.slice(0, -1).join('/');
}

function isPure(file: SourceFile): boolean {
  return file.folder.startsWith('src/') && PURE_FOLDERS.has(file.folder.slice(4));
}

/** Walks a syntax tree, parents first. */
function visit(node: unknown, see: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, see);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const object = node as Record<string, unknown>;
  if (typeof object['type'] === 'string') see(object);
  for (const value of Object.values(object)) if (typeof value === 'object') visit(value, see);
}

function checkCall(file: SourceFile, node: Record<string, unknown>, report: Report): void {
  if (node['type'] !== 'CallExpression' && node['type'] !== 'NewExpression') return;
  const callee = node['callee'] as Record<string, unknown>;
  const isNew = node['type'] === 'NewExpression';
  if (isNew && (node['arguments'] as unknown[]).length > 0) return;
  const name = `${isNew ? 'new ' : ''}${dottedName(callee)}`;
  const instead = Object.hasOwn(IMPURE_CALLS, name) ? IMPURE_CALLS[name] : undefined;
  if (instead !== undefined)
    report(file, Number(node['start']), 'impure', `${name}() in a pure folder; ${instead}`);
}

/** `Date.now` for the callee of `Date.now()` and of `globalThis.Date.now()`; empty for anything computed. */
function dottedName(node: Record<string, unknown>): string {
  if (node['type'] === 'Identifier') return String(node['name']);
  if (node['type'] !== 'MemberExpression' || node['computed'] === true) return '';
  const object = dottedName(node['object'] as Record<string, unknown>);
  const property = String((node['property'] as Record<string, unknown>)['name']);
  return object === 'globalThis' ? property : `${object}.${property}`;
}

function checkPlace(file: SourceFile, report: Report): void {
  if (!file.folder.startsWith('src/')) return;
  const name = file.folder.slice(4);
  if (!Object.hasOwn(LEVELS, name))
    report(file, 0, 'unknown-folder', `src/${name} has no level in scripts/layers.ts`);
}

/** One import of our own code: does it exist, may this folder see that folder, and through its front door? */
function checkOwnImport(
  root: string,
  known: ReadonlySet<string>,
  file: SourceFile,
  edge: ImportEdge,
  report: Report,
): void {
  const target = pathOf(root, file, edge);
  if (!known.has(target)) {
    const isAsset = !/\.[cm]?[tj]sx?$/.test(target) && existsSync(join(root, target));
    const inPlace = target.startsWith(file.path.startsWith('src/') ? 'src/' : 'web/');
    if (!(isAsset && inPlace))
      report(file, edge.offset, 'outside', `'${edge.target}' is no source file of src/ or web/`);
    return;
  }
  const to = folderOf(target);
  if (to === file.folder || (file.path.startsWith('web/') && target.startsWith('web/'))) return;
  const from = file.path.startsWith('web/') ? 'web' : file.folder.slice(4);
  const toName = to.slice(4);
  if (target.startsWith('web/')) {
    report(file, edge.offset, 'level', `${file.folder} may not import web/`);
    return;
  }
  if (target !== `${to}/index.ts` || to === 'src') {
    report(file, edge.offset, 'front-door', `import src/${toName}/index.ts, not '${edge.target}'`);
  }
  if (from === 'web') checkWebImport(file, edge, toName, report);
  else if (from === 'cli') checkCliImport(file, edge, toName, report);
  else if (from !== '') checkLevels(file, edge, from, toName, report);
  else if (toName === 'cli')
    report(file, edge.offset, 'level', 'the library surface does not include the command line');
}

function checkWebImport(file: SourceFile, edge: ImportEdge, to: string, report: Report): void {
  const allowed = Object.hasOwn(WEB_MAY_IMPORT, to) ? WEB_MAY_IMPORT[to] : undefined;
  if (allowed === undefined) report(file, edge.offset, 'level', `web may not import src/${to}`);
  else if (allowed === 'types' && !edge.typeOnly)
    report(file, edge.offset, 'level', `web may import types only from src/${to}`);
}

function checkCliImport(file: SourceFile, edge: ImportEdge, to: string, report: Report): void {
  if (!CLI_MAY_IMPORT.has(to)) report(file, edge.offset, 'level', `cli may import base and app, not ${to}`);
  else if (to === 'app' && !edge.dynamic && !edge.typeOnly) {
    report(
      file,
      edge.offset,
      'level',
      'cli imports app by import() inside the command, so that --help stays fast',
    );
  }
}

function checkLevels(file: SourceFile, edge: ImportEdge, from: string, to: string, report: Report): void {
  const fromLevel = Object.hasOwn(LEVELS, from) ? LEVELS[from] : undefined;
  const toLevel = Object.hasOwn(LEVELS, to) ? LEVELS[to] : undefined;
  if (fromLevel === undefined || toLevel === undefined) return;
  if (toLevel === fromLevel)
    report(file, edge.offset, 'sibling', `${from} and ${to} share level ${fromLevel}; they meet in app`);
  else if (toLevel > fromLevel)
    report(
      file,
      edge.offset,
      'level',
      `${from} (level ${fromLevel}) may not import ${to} (level ${toLevel})`,
    );
}

function checkNodeImport(file: SourceFile, edge: ImportEdge, report: Report): void {
  if (file.path.startsWith('web/'))
    report(file, edge.offset, 'impure', `${edge.target} does not exist in a browser`);
  else if (isPure(file) && !PURE_NODE_MODULES.has(edge.target)) {
    report(
      file,
      edge.offset,
      'impure',
      `${file.folder} touches no file, network, clock or randomness, so not ${edge.target}`,
    );
  }
}

function noteOwner(
  owners: Map<string, Map<string, [SourceFile, number]>>,
  file: SourceFile,
  edge: ImportEdge,
): void {
  const parts = edge.target.split('/');
  const name = edge.target.startsWith('@') ? parts.slice(0, 2).join('/') : String(parts[0]);
  const folders = owners.get(name) ?? new Map<string, [SourceFile, number]>();
  if (!folders.has(file.folder)) folders.set(file.folder, [file, edge.offset]);
  owners.set(name, folders);
}

function checkOwners(
  owners: ReadonlyMap<string, ReadonlyMap<string, [SourceFile, number]>>,
  report: Report,
): void {
  for (const [name, folders] of owners) {
    const shared = Object.hasOwn(SHARED_PACKAGES, name) ? SHARED_PACKAGES[name] : undefined;
    const allowed = shared?.folders ?? [[...folders.keys()][0] ?? ''];
    for (const [folder, [file, offset]] of folders) {
      if (allowed.some((pattern) => matches(pattern, folder))) continue;
      report(
        file,
        offset,
        'package-owner',
        `'${name}' belongs to ${allowed.join(', ')}; use it through that folder or declare it in scripts/layers.ts`,
      );
    }
  }
}

function matches(pattern: string, folder: string): boolean {
  return pattern.endsWith('*') ? folder.startsWith(pattern.slice(0, -1)) : folder === pattern;
}

function pathOf(root: string, file: SourceFile, edge: ImportEdge): string {
  const absolute = resolve(root, dirname(file.path), edge.target.replace(/\?.*$/, ''));
  return relative(root, absolute).split(sep).join('/');
}

/** Tarjan's strongly connected components over files; a component of two or more, or a self-import, is a cycle. */
function checkCycles(root: string, files: readonly SourceFile[], report: Report): void {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];

  const walk = (file: SourceFile): number => {
    const mine = order.size;
    let lowest = mine;
    order.set(file.path, mine);
    stack.push(file.path);
    for (const edge of file.edges) {
      if (!edge.target.startsWith('.')) continue;
      const next = byPath.get(pathOf(root, file, edge));
      if (!next) continue;
      if (next === file) report(file, edge.offset, 'cycle', `${file.path} imports itself`);
      else if (!order.has(next.path)) lowest = Math.min(lowest, walk(next));
      else if (stack.includes(next.path))
        lowest = Math.min(lowest, low.get(next.path) ?? Number(order.get(next.path)));
    }
    low.set(file.path, lowest);
    if (lowest === mine) {
      const ring = stack.splice(stack.indexOf(file.path));
      if (ring.length > 1) report(file, 0, 'cycle', `these files import each other: ${ring.join(', ')}`);
    }
    return lowest;
  };
  for (const file of files) if (!order.has(file.path)) walk(file);
}

if (process.argv[1] === import.meta.filename) {
  const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
  const { files, imports, problems } = checkBoundaries(root);
  for (const { file, line, rule, message } of problems) console.error(`${file}:${line} ${rule}: ${message}`);
  console.log(`${imports} imports in ${files} files, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
