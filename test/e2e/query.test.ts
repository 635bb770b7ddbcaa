import { readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/api/index.ts';
import { accessibilityFaults, figureOf, settled } from '../support/console-journey.ts';
import { useSimulatedConsole } from '../support/console-suite.ts';

const { at, visit } = useSimulatedConsole(43_200);

/** What SQL says of the same lake, past the console. */
async function ask(sql: string, maxRows = 1000): Promise<readonly (readonly Cell[])[]> {
  const response = await fetch(at('/api/sql'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql, maxRows }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly rows: readonly (readonly Cell[])[] }).rows;
}

const link = (parameters: Readonly<Record<string, string>>): string =>
  `/query?${new URLSearchParams(parameters).toString()}`;
const editor = (page: Page) => page.getByRole('textbox', { name: /query$/ });
const cell = (page: Page, row: number, column: number) =>
  page
    .locator(`.grid-row[aria-rowindex="${row + 2}"]`)
    .locator('[role=gridcell]')
    .nth(column);
const shown = async (page: Page): Promise<void> => {
  await page.locator('.answer').waitFor();
  await settled(page);
};
const clipboard = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');

async function write(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

/** Runs a text whose answer does not come before the function that is given back is called. */
async function runHeld(page: Page, route: string, text: string): Promise<() => void> {
  let release = (): void => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  await page.route(`**/api/${route}`, async (request) => {
    await held;
    await request.continue();
  });
  await write(page, text);
  await page.keyboard.press('Control+Enter');
  await page.locator('.query-main[aria-busy="true"]').waitFor();
  return release;
}

describe('the editor', () => {
  it('completes columns and values of the lake, and runs with Ctrl+Enter', async () => {
    const { page, complaints, close } = await visit('/query');
    const [[top] = []] = await ask(
      "SELECT srcaddr FROM flows WHERE srcaddr LIKE '10.%' GROUP BY ALL ORDER BY count(*) DESC LIMIT 1",
    );
    await write(page, 'SELECT count(*) AS records FROM flows WHERE srca');
    await page.keyboard.press('Control+Space');
    await page.getByRole('option', { name: /^srcaddr/ }).waitFor();
    await page.waitForTimeout(200);
    await page.keyboard.press('Tab');
    await page.keyboard.type(" = '10.");
    await page.getByRole('option', { name: new RegExp(`^${String(top)}`) }).waitFor();
    // A list that has only just appeared takes no key, so that none is taken by accident.
    await page.waitForTimeout(200);
    await page.keyboard.press('Tab');
    await expect.poll(() => editor(page).innerText()).toContain(`srcaddr = '${String(top)}'`);
    await page.keyboard.press('Control+Enter');
    await shown(page);
    const [[records] = []] = await ask(`SELECT count(*) FROM flows WHERE srcaddr = '${String(top)}'`);
    expect((await cell(page, 0, 0).getAttribute('title'))?.replaceAll(/\D/g, '')).toBe(String(records));
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows a mistake of SQL at its place, and mends it on a click', async () => {
    const { page, close } = await visit(link({ q: 'SELECT srcadr\nFROM flows\nGROUP BY ALL' }));
    const alert = page.getByRole('alert');
    expect(await alert.locator('mark').innerText()).toBe('srcadr');
    expect(await alert.innerText()).toContain('line 1, character 8');
    expect(await page.locator('.cm-lintRange-error').innerText()).toBe('srcadr');
    await alert.getByRole('button', { name: 'Use srcaddr' }).click();
    await page.getByRole('button', { name: 'Run' }).click();
    await shown(page);
    expect(await alert.count()).toBe(0);
    await close();
  });

  it('reads Logs Insights while it is typed', async () => {
    const { page, complaints, close } = await visit('/query?language=insights');
    await write(page, 'stats count(*) as n by srcAdr | srt n desc');
    await page.locator('.cm-lintRange-error', { hasText: 'srt' }).waitFor();
    expect(await page.locator('.cm-lintRange-warning').innerText()).toBe('srcAdr');
    expect(complaints).toEqual([]);
    await close();
  });

  it('says what Logs Insights takes and was hardly meant, and mends the text that it is about', async () => {
    const { page, complaints, close } = await visit(
      link({ language: 'insights', q: 'stats count(*) by srcAdr' }),
    );
    await page.getByRole('button', { name: 'Use srcAddr' }).click();
    await shown(page);
    expect(new URL(page.url()).searchParams.get('q')).toBe('stats count(*) by srcAddr');
    await page.goBack();
    await page.getByRole('button', { name: 'Use srcAddr' }).waitFor();
    // A doubt about one text has no place in another, which may still be on its way.
    const release = await runHeld(page, 'insights', 'stats max(bytes)');
    expect(await page.locator('.doubts').count()).toBe(0);
    release();
    await shown(page);
    expect(complaints).toEqual([]);
    await close();
  });

  it('offers no edits of one question beside the next, which is on its way', async () => {
    const { page, complaints, close } = await visit(link({ language: 'ask', q: 'top 5 sources' }));
    await page.locator('.reading').waitFor();
    const release = await runHeld(page, 'ask', 'top 7 destinations by packets');
    expect(await page.locator('.reading').count()).toBe(0);
    release();
    await page.locator('.reading').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('lets Tab out, so that nobody is caught', async () => {
    const { page, close } = await visit('/query');
    await editor(page).click();
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Run');
    await close();
  });

  it('cancels what takes too long', async () => {
    const { page, complaints, close } = await visit('/query');
    await write(page, 'SELECT count(*) FROM flows a, flows b, flows c WHERE a.bytes + b.bytes > c.bytes');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').waitFor();
    await write(page, 'SELECT 41 + 1 AS answer');
    await page.keyboard.press('Control+Enter');
    await shown(page);
    expect(await cell(page, 0, 0).innerText()).toBe('42');
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('an answer', () => {
  const rejects =
    "SELECT dstport, count(*) AS rejects FROM flows WHERE action = 'REJECT' GROUP BY ALL ORDER BY rejects DESC, dstport LIMIT 20";

  it('has the values of SQL, and copies them exactly', async () => {
    const { page, complaints, close } = await visit(link({ q: rejects }));
    await shown(page);
    const expected = await ask(rejects);
    await cell(page, 0, 0).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    const lines = (await clipboard(page)).split('\n').slice(1);
    expect(lines).toEqual(expected.map((row) => row.map((value) => String(value ?? '')).join('\t')));
    await page.getByRole('button', { name: 'Copy selection' }).click();
    await page.getByRole('menuitem', { name: 'Selection as JSON' }).click();
    expect(JSON.parse(await clipboard(page))).toEqual(
      expected.map(([dstport, count]) => ({ dstport, rejects: count })),
    );
    expect(complaints).toEqual([]);
    await close();
  });

  it('is sorted, and its columns are moved, hidden and resized by keyboard; the choice stays', async () => {
    const { page, complaints, close } = await visit(link({ q: rejects }));
    await shown(page);
    const headings = () => page.locator('[role=columnheader] button').allInnerTexts();
    await cell(page, 0, 1).focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('columnheader', { name: 'rejects' }).getAttribute('aria-sort')).toBe(
      'ascending',
    );
    const expected = await ask(rejects);
    const least = Math.min(...expected.map((row) => Number(row[1])));
    expect(Number(await cell(page, 0, 1).innerText())).toBe(least);
    await page.keyboard.press('Alt+ArrowLeft');
    expect((await headings())[0]).toContain('rejects');
    const width = async () =>
      (await page.getByRole('columnheader', { name: 'rejects' }).boundingBox())?.width ?? 0;
    const before = await width();
    await page.keyboard.press('Alt+Shift+ArrowRight');
    await expect.poll(width).toBeGreaterThan(before + 10);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Delete');
    expect(await headings()).toHaveLength(1);
    await page.reload();
    await shown(page);
    expect(await headings()).toEqual(['rejects']);
    await page.getByRole('button', { name: 'Columns, 1 hidden' }).click();
    await page.getByRole('button', { name: 'As it came' }).click();
    expect(await headings()).toEqual(['dstport', 'rejects']);
    expect(complaints).toEqual([]);
    await close();
  });

  it('is narrowed by a click on a cell, in the query itself', async () => {
    const { page, complaints, close } = await visit(
      link({ language: 'insights', q: 'stats count(*) as n by action, dstPort | sort n desc' }),
    );
    await shown(page);
    await page.locator('[role=gridcell].is-reject').first().click();
    await page.getByRole('menuitem', { name: 'Only this' }).click();
    await expect
      .poll(() => new URL(page.url()).searchParams.get('q'))
      .toContain('| filter action = "REJECT"');
    await shown(page);
    const [[groups] = []] = await ask(
      "SELECT count(DISTINCT coalesce(dstport, -1)) FROM flows WHERE action = 'REJECT'",
    );
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(Number(groups) + 1));
    await page.goBack();
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).not.toContain('filter');
    expect(complaints).toEqual([]);
    await close();
  });

  it('over time is a chart whose sums are those of SQL', async () => {
    const q = 'stats sum(bytes) as volume by bin(1h), action';
    const { page, complaints, close } = await visit(link({ language: 'insights', q }));
    await shown(page);
    await page.locator('.answer-chart canvas').first().waitFor();
    const entry = page.locator('.chart-legend li', { hasText: 'ACCEPT' }).locator('.number');
    const [[bytes] = []] = await ask("SELECT sum(bytes) FROM flows WHERE action = 'ACCEPT'");
    expect((await entry.getAttribute('title'))?.replaceAll(/\D/g, '')).toBe(String(bytes));
    await page.getByRole('tab', { name: 'Plan and SQL' }).click();
    expect(await page.getByRole('tabpanel').innerText()).toContain('GROUP BY');
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByRole('grid').count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('show')).toBe('table');
    expect(complaints).toEqual([]);
    await close();
  });

  it('of thousands of rows keeps the page small, and its last row is a key away', async () => {
    const { page, complaints, close } = await visit(
      link({ q: 'SELECT * FROM flows ORDER BY start, srcport LIMIT 5000' }),
    );
    await shown(page);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('5001');
    await cell(page, 0, 0).focus();
    await page.keyboard.press('Control+End');
    await expect
      .poll(() => page.locator('.grid-row[aria-rowindex="5001"] [role=gridcell]:focus').count())
      .toBe(1);
    await expect.poll(() => page.locator('.grid-row').count()).toBeLessThan(80);
    expect(complaints).toEqual([]);
    await close();
  });

  it('that is cut off says so, and is saved whole', async () => {
    const { page, complaints, close } = await visit(link({ q: 'SELECT srcaddr FROM flows' }));
    await shown(page);
    expect(await page.locator('.answer-summary').innerText()).toContain('there are more');
    const download = async (form: string) => {
      await page.getByRole('button', { name: 'Download all rows' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: form }).click(),
      ]);
      return file;
    };
    const csv = await download('CSV');
    expect(csv.suggestedFilename()).toBe('weir-answer.csv');
    // A missing address is an empty line; the last line ends with a line break too.
    const lines = readFileSync(await csv.path(), 'utf8').split('\r\n');
    const [[records] = []] = await ask('SELECT count(*) FROM flows');
    expect([lines[0], lines.length - 2]).toEqual(['srcaddr', records]);
    const parquet = readFileSync(await (await download('Parquet')).path());
    expect(parquet.subarray(0, 4).toString()).toBe('PAR1');
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('saved queries', () => {
  it('are saved, renamed, deleted, put back, exported, and run from anywhere', async () => {
    const { page, complaints, close } = await visit(link({ q: 'SELECT 1 AS one', last: '24h' }));
    await shown(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('The one');
    await page.keyboard.press('Enter');
    await page.getByText('Saved as The one').waitFor();
    await page.getByRole('button', { name: 'Rename The one' }).click();
    await page.getByRole('textbox', { name: 'New name of The one' }).fill('Just one');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Delete Just one' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toMatchObject({
      queries: [{ name: 'Just one', language: 'sql', text: 'SELECT 1 AS one', range: { last: '24h' } }],
    });
    await page.goto(at('/network'));
    await settled(page);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('just one');
    await page.keyboard.press('Enter');
    await shown(page);
    expect(await cell(page, 0, 0).innerText()).toBe('1');
    expect(new URL(page.url()).searchParams.get('last')).toBe('24h');
    expect(complaints).toEqual([]);
    await close();
  });

  it('leave what was asked before in a list', async () => {
    const { page, close } = await visit(link({ q: 'SELECT 7 AS seven' }));
    await shown(page);
    await page.getByRole('radio', { name: 'Logs Insights' }).click();
    await page.getByRole('button', { name: 'SELECT 7 AS seven' }).click();
    await shown(page);
    expect(await cell(page, 0, 0).innerText()).toBe('7');
    await page.getByRole('button', { name: 'Forget them' }).click();
    expect(await page.getByText('Asked before').count()).toBe(0);
    await close();
  });
});

describe('a plain question', () => {
  it('is asked from anywhere, and its reading is changed part by part', async () => {
    const { page, complaints, close } = await visit('/');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('top 3 sources of rejected traffic');
    await page.keyboard.press('Enter');
    await shown(page);
    const sql = (column: string) =>
      ask(
        `SELECT ${column}, count(*) AS n FROM flows WHERE action = 'REJECT' GROUP BY ALL ORDER BY n DESC, ${column} LIMIT 3`,
      );
    const counts = async () =>
      Promise.all(
        [0, 1, 2].map(async (row) =>
          Number((await cell(page, row, 1).getAttribute('title'))?.replaceAll(/\D/g, '')),
        ),
      );
    expect(await counts()).toEqual((await sql('srcaddr')).map((row) => Number(row[1])));
    await page.locator('.reading-part', { hasText: 'srcaddr' }).click();
    await page.getByRole('button', { name: 'destinations' }).click();
    await expect
      .poll(() => new URL(page.url()).searchParams.get('q'))
      .toBe('top 3 destinations of rejected traffic');
    await page.locator('.reading-part', { hasText: 'dstaddr' }).waitFor();
    await shown(page);
    expect(await counts()).toEqual((await sql('dstaddr')).map((row) => Number(row[1])));
    expect(complaints).toEqual([]);
    await close();
  });

  it('is asked in the filter box, where it is no filter', async () => {
    const { page, complaints, close } = await visit('/');
    await page.keyboard.press('/');
    await page.keyboard.type('top 3 sources of rejected traffic');
    await page.keyboard.press('Enter');
    await shown(page);
    expect(await page.locator('.reading').innerText()).toContain('action = REJECT');
    expect(complaints).toEqual([]);
    await close();
  });

  it('that is not understood is refused, with some that are', async () => {
    const { page, close } = await visit(link({ language: 'ask', q: 'paint the fence green' }));
    const alert = page.getByRole('alert');
    await alert.getByRole('button').first().click();
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.locator('.reading').waitFor();
    expect(await alert.count()).toBe(0);
    await close();
  });
});

describe('records', () => {
  it('lead from a number down to the raw line, word for word as the object has it', async () => {
    const { page, complaints, close } = await visit('/');
    await figureOf(page, 'Rejected').getByRole('link').click();
    await page.locator('.drawer .grid-row').first().waitFor();
    expect(new URL(page.url()).searchParams.get('records')).toBe('action = REJECT and log_status = OK');
    await cell(page, 0, 2).click();
    await page.getByRole('menuitem', { name: 'The whole record' }).click();
    await page.locator('.raw-text').waitFor();
    const uri = await page.locator('.raw-object code').innerText();
    const number = Number((await page.locator('.raw-entry figcaption').innerText()).replaceAll(/\D/g, ''));
    const lines = gunzipSync(readFileSync(fileURLToPath(uri)))
      .toString()
      .split('\n');
    expect(await page.locator('.raw-text').innerText()).toBe(lines[number - 1]);
    const names = (lines[0] ?? '').split(' ');
    const at = names.indexOf('action');
    const token = page.locator('.raw-token').nth(at);
    expect(await token.innerText()).toBe('REJECT');
    await token.focus();
    expect(await page.locator('.raw-meaning').innerText()).toMatch(/^action ACCEPT or REJECT/);
    await page.getByRole('button', { name: 'Record below' }).click();
    await expect.poll(() => page.locator('.raw-text').count()).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  it('say so when their object is gone', async () => {
    const { page, complaints, close } = await visit('/?records=action+%3D+REJECT');
    const open = async () => {
      await cell(page, 0, 2).click();
      await page.getByRole('menuitem', { name: 'The whole record' }).click();
      await page.locator('.raw-object').waitFor();
    };
    await open();
    const path = fileURLToPath(await page.locator('.raw-object code').innerText());
    renameSync(path, `${path}.away`);
    try {
      await page.reload();
      await open();
      expect(await page.locator('.raw-missing').innerText()).toContain('there is nothing at');
      expect(await page.locator('.raw-text').count()).toBe(0);
    } finally {
      renameSync(`${path}.away`, path);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it('come page by page, none twice', async () => {
    const { page, complaints, close } = await visit('/?records=any');
    const grid = page.locator('.drawer').getByRole('grid');
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('1001');
    await page.getByRole('button', { name: '1000 more' }).click();
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('2001');
    await page.locator('.drawer').getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByRole('menuitem', { name: 'All as JSON' }).click();
    const copied = JSON.parse(await clipboard(page)) as readonly { readonly start: number }[];
    const starts = copied.map((record) => record.start);
    const expected = await ask('SELECT start FROM flows ORDER BY start DESC LIMIT 2000', 2000);
    expect(starts).toEqual(expected.map(([start]) => start));
    expect(complaints).toEqual([]);
    await close();
  });

  it('are walked through by keyboard, and closed', async () => {
    const { page, complaints, close } = await visit('/?records=any');
    await page.locator('.drawer .grid-row').first().waitFor();
    await cell(page, 0, 0).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'PageDown']) await page.keyboard.press(key);
    expect(await page.locator('[role=gridcell]:focus').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.drawer').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('keyboard alone', () => {
  it('writes a query, reads its answer, narrows it and comes back', async () => {
    const { page, complaints, close } = await visit('/');
    const { keyboard } = page;
    await keyboard.press('Control+k');
    await keyboard.type('write logs');
    await keyboard.press('Enter');
    await editor(page).waitFor();
    await expect.poll(() => page.locator('.cm-focused').count()).toBe(1);
    await keyboard.press('Control+a');
    await keyboard.insertText('filter ispresent(action) | stats count(*) as n by action | sort n desc');
    await keyboard.press('Control+Enter');
    await shown(page);
    for (let step = 0; step < 30 && (await page.locator('[role=gridcell]:focus').count()) === 0; step++)
      await keyboard.press('Tab');
    const value = await page.locator('[role=gridcell]:focus').innerText();
    await keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await keyboard.press('Enter');
    await expect
      .poll(() => new URL(page.url()).searchParams.get('q'))
      .toContain(`filter action = "${value}"`);
    await shown(page);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('2');
    await page.goBack();
    await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('3');
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('for everybody', () => {
  const states: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
    ['an answer', link({ q: 'SELECT srcaddr, bytes FROM flows LIMIT 30' }), shown],
    ['a chart', link({ language: 'insights', q: 'stats sum(bytes) by bin(1h), action' }), shown],
    [
      'bars',
      link({ language: 'insights', show: 'chart', q: 'stats sum(bytes) by dstPort | limit 9' }),
      shown,
    ],
    ['a reading', link({ language: 'ask', q: 'top 3 sources of rejected traffic' }), shown],
    ['a mistake', link({ q: 'SELECT srcadr FROM flows' }), (page) => page.getByRole('alert').waitFor()],
    [
      'the commands',
      '/lake',
      async (page) => {
        await page.keyboard.press('Control+k');
        await page.locator('.palette').waitFor();
      },
    ],
    [
      'a raw line',
      '/?records=any',
      async (page) => {
        await cell(page, 0, 1).click();
        await page.getByRole('menuitem', { name: 'The whole record' }).click();
        await page.locator('.raw-text').waitFor();
      },
    ],
  ];

  it.each(states)(
    '%s has no fault that axe finds, in either theme, and fits 390 pixels',
    async (_, path, act) => {
      const { page, close } = await visit(path, { colorScheme: 'light' });
      await act(page);
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('html[data-theme=dark]').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      await expect
        .poll(() => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth'))
        .toBeLessThanOrEqual(0);
      await close();
    },
  );
});
