import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkHouse, type HouseReport, LINES_WARNING } from '../../scripts/house.ts';

const README = `# base\n\n${'What comes in, what goes out, and what surprised us. '.repeat(5)}`;

function check(tree: Readonly<Record<string, string>>): HouseReport {
  const root = mkdtempSync(join(tmpdir(), 'weir-house-'));
  try {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return checkHouse(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('house rules', () => {
  it('let a tidy tree pass', () => {
    const tree = {
      'README.md': 'See [base](src/base/README.md#top) and [home](https://example.org).',
      'src/base/README.md': README,
    };
    expect(check(tree)).toEqual({ folders: 1, problems: [], warnings: [] });
  });

  it.each<[name: string, tree: Record<string, string>, problem: string]>([
    ['a folder without a page', { 'src/base/one.ts': '' }, 'src/base has no README.md'],
    ['a page of one line', { 'src/base/README.md': '# base' }, 'src/base/README.md says next to nothing'],
    [
      'a link to nowhere',
      { 'src/base/README.md': `${README}\n[x](gone.md)` },
      'src/base/README.md links to gone.md, which does not exist',
    ],
    [
      'a missing picture',
      { 'src/base/README.md': README, 'docs/a.md': '![p](p.png)' },
      'docs/a.md links to p.png, which does not exist',
    ],
    ['an empty tree', { 'README.md': '' }, 'src/ has no folders, so nothing was checked'],
  ])('find %s', (_, tree, problem) => {
    expect(check(tree).problems).toEqual([problem]);
  });

  it('do not read links in code', () => {
    const page = `${README}\n\`[a](gone.md)\`\n\n\`\`\`sh\n[b](gone.md)\n\`\`\`\n`;
    expect(check({ 'src/base/README.md': page }).problems).toEqual([]);
  });

  it('warn of long files, and only warn', () => {
    const long = 'x\n'.repeat(LINES_WARNING + 1);
    const { problems, warnings } = check({
      'src/base/README.md': README,
      'src/base/long.ts': long,
      'src/base/ok.ts': long.slice(2),
    });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([`src/base/long.ts has ${LINES_WARNING + 1} lines; look for the second idea`]);
  });
});
