import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/query/compile/dialect.ts';
import { compilePlan, duckdb, trino as trinoDialect } from '../../src/query/index.ts';
import { openQueryLake } from '../support/query-lake.ts';
import { formatCell, parseScript } from '../support/query-script.ts';
import { isOrdered, planOfCase, SCRIPT_INVENTORY, SCRIPT_MERGED_UNTIL } from '../support/script-plan.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';
import { canUseTrino, startTrino, type Trino, type TrinoAnswer } from '../support/trino.ts';
import { PLAN_TABLES, writeDeltaTables } from '../support/trino-tables.ts';

const FOLDER = join(import.meta.dirname, '../query/scripts');
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
/** Its fences are percentiles, which Trino only estimates: which rows it keeps, on ten records, may differ. */
const ESTIMATED = /\| outlier /;
/** Ordered, but not to the last row. */
const TIED = /addtotals col=true$/;

const facts = new Set<string>();
/** The dialect, noting which of its facts the scripts have put before a real Trino. */
const noting: Dialect = {
  ...trinoDialect,
  facts: new Proxy(trinoDialect.facts, {
    get(all, name: string) {
      if (all[name] !== undefined) facts.add(name);
      return all[name];
    },
  }),
};

it('finds scripts', () => expect(names.length).toBeGreaterThan(3));

describe.skipIf(!canUseTrino())(
  'every question of the scripts, one answer on both engines (needs trino)',
  () => {
    const directory = temporaryDirectory();
    let trino: Trino;
    beforeAll(async () => {
      trino = await startTrino({ directory });
    }, 300_000);
    afterAll(() => trino?.stop());

    describe.each(names)('script %s', (name) => {
      const script = parseScript(readFileSync(join(FOLDER, name), 'utf8'));
      const schema = name.replace(/\W/g, '_');
      let ask: (sql: string) => Promise<readonly Cells[]>;
      let close: () => void;
      beforeAll(async () => {
        const session = await openQueryLake(script.flows, SCRIPT_MERGED_UNTIL);
        ask = async (sql) => (await session.rows(sql)).map((row) => Object.values(row).map(formatCell));
        close = () => session.close();
        await writeDeltaTables(session, join(directory, schema));
        await trino.register(schema, `local:///${schema}`, PLAN_TABLES);
      }, 60_000);
      afterAll(() => close());

      it.each(
        script.cases.map(
          (entry) => [`line ${entry.line}: ${entry.text.replaceAll('\n', ' ')}`, entry] as const,
        ),
      )('%s', async (_, entry) => {
        const { plan } = planOfCase(entry);
        if (plan === null) return;
        const ours = compilePlan(plan, duckdb, SCRIPT_INVENTORY).literalSql;
        const theirs = compilePlan(plan, noting, SCRIPT_INVENTORY);
        const [bound, written] = await Promise.all([
          trino.query(theirs.sql, theirs.parameters).then(cellsOf),
          trino.query(theirs.literalSql).then(cellsOf),
        ]);
        const expected = await ask(ours);
        expect([bound.length, written.length], theirs.literalSql).toEqual([expected.length, expected.length]);
        // Which rows a limit keeps is up to the engine when no order is asked for.
        const isCut = !isOrdered(ours) && ours.endsWith(` LIMIT ${expected.length}`);
        const all = isCut ? (await ask(ours.replace(/ LIMIT \d+$/, ''))).map(String) : [];
        const [low, high] = ours.includes('quantile_cont(')
          ? [await ask(shifted(ours, -15)), await ask(shifted(ours, 15))]
          : [expected, expected];
        const order = (rows: readonly Cells[]): readonly Cells[] =>
          isOrdered(ours) && !TIED.test(entry.text)
            ? rows
            : rows.toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
        for (const found of [bound, written]) {
          if (ESTIMATED.test(entry.text)) continue;
          if (isCut) expect(all, theirs.literalSql).toEqual(expect.arrayContaining(found.map(String)));
          else
            expect(around(order(found), order(expected), order(low), order(high)), theirs.literalSql).toEqual(
              order(expected),
            );
        }
      });
    });

    it('has run every fact of the dialect', () => {
      expect(Object.keys(trinoDialect.facts).filter((fact) => !facts.has(fact))).toEqual([]);
    });
  },
);

type Cells = readonly string[];

/** Rows as scripts write them. */
function cellsOf({ columns, rows }: TrinoAnswer): readonly Cells[] {
  const isNumber = columns.map(({ type }) => /^(double|decimal)/.test(type));
  return rows.map((row) =>
    row.map((value, i) => formatCell(isNumber[i] === true && value !== null ? Number(value) : value)),
  );
}

/** The same question with every percentile moved, within 0 to 100. */
function shifted(sql: string, by: number): string {
  return sql.replace(
    /(\d+(?:\.\d+)?) \/ 100\.0\)/g,
    (_, p) => `${Math.min(100, Math.max(0, Number(p) + by))} / 100.0)`,
  );
}

/** Trino knows no exact percentile: where low and high differ, a cell between the two counts as the expected one. */
function around(
  found: readonly Cells[],
  expected: readonly Cells[],
  low: readonly Cells[],
  high: readonly Cells[],
): readonly Cells[] {
  return found.map((row, y) =>
    row.map((cell, x) => {
      const [from, to, exact] = [low[y]?.[x] ?? '', high[y]?.[x] ?? '', expected[y]?.[x] ?? ''];
      return from !== to && Number(cell) >= Number(from) && Number(cell) <= Number(to) ? exact : cell;
    }),
  );
}
