import { readFileSync } from 'node:fs';
import { resolveConfig } from '../../src/app/config.ts';
import { openReadSession } from '../../src/app/read-session.ts';

const config = resolveConfig({ flags: { lake: '/tmp/trino/home/w/lake', memory: '512MB' } as never });
const c2 = { ...config, engine: { ...config.engine, memoryBytes: 600e6 } };
const read = await openReadSession(c2 as never);
const sql = new Function('return (' + readFileSync(process.argv[2]!, 'utf8') + ')')() as string;
const t = performance.now();
try {
  const f = await read.session.ask(sql, { timeoutMs: 4000, maxRows: 20 });
  console.log('RAN', JSON.stringify(f.rows).slice(0, 400));
} catch (e: any) {
  console.log('ERR', e.code, String(e.message).slice(0, 300).replaceAll('\n', ' '));
}
console.log(
  'ms',
  Math.round(performance.now() - t),
  'rssMB',
  Math.round(process.resourceUsage().maxRSS / 1024),
);
const again = await read.session.ask('SELECT 42 AS x');
console.log('alive', JSON.stringify(again.rows));
read.close();
