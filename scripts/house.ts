/**
 * Small rules of the house that no other tool knows. The mistakes they prevent: a folder nobody can explain because it
 * has no README.md, a page of one that leads nowhere, and a file that quietly grew to hold five ideas.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Beyond this many lines only tables and type catalogues stay in one file. */
export const LINES_WARNING = 600;

/** What one run saw: problems fail the gate, warnings are shown and do not. */
export interface HouseReport {
  readonly folders: number;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Looks at `src/`, `web/src/` and the Markdown files under `root`. */
export function checkHouse(root: string): HouseReport {
  const problems: string[] = [];
  const warnings: string[] = [];
  const folders = existsSync(join(root, 'src'))
    ? readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  if (folders.length === 0) problems.push('src/ has no folders, so nothing was checked');
  for (const { name } of folders) {
    const readme = join(root, 'src', name, 'README.md');
    if (!existsSync(readme)) problems.push(`src/${name} has no README.md`);
    else if (readFileSync(readme, 'utf8').trim().length < 200)
      problems.push(`src/${name}/README.md says next to nothing`);
  }
  for (const path of [...filesUnder(root, 'src'), ...filesUnder(root, 'web/src')]) {
    if (!/\.(ts|tsx|css)$/.test(path)) continue;
    const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
    if (lines > LINES_WARNING) warnings.push(`${path} has ${lines} lines; look for the second idea`);
  }
  for (const path of markdownOf(root)) problems.push(...deadLinks(root, path));
  return { folders: folders.length, problems, warnings };
}

function filesUnder(root: string, top: string): string[] {
  const start = join(root, top);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/'));
}

function markdownOf(root: string): string[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = ['docs', 'src', 'bench', 'test'].flatMap((folder) => filesUnder(root, folder));
  return [...top, ...below.filter((path) => path.endsWith('.md') && !path.startsWith('test/corpus/'))];
}

/** Relative links and images of one page whose target does not exist; anchors and outside addresses are not followed. */
function deadLinks(root: string, path: string): string[] {
  const prose = readFileSync(join(root, path), 'utf8')
    .replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s#]+)(#[^)\s]*)?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/i.test(target))
    .filter((target) => !existsSync(resolve(root, dirname(path), decodeURIComponent(target))))
    .map((target) => `${path} links to ${target}, which does not exist`);
}

if (process.argv[1] === import.meta.filename) {
  const { folders, problems, warnings } = checkHouse(
    resolve(process.argv[2] ?? join(import.meta.dirname, '..')),
  );
  for (const warning of warnings) console.error(`warning: ${warning}`);
  for (const problem of problems) console.error(problem);
  console.log(`${folders} folders, ${problems.length} problems, ${warnings.length} warnings`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
