import { type LedgerObject, runLedgerObject } from '../../analyze/index.ts';
import { WeirError } from '../../base/index.ts';
import type { FoundLine } from '../../ingest/index.ts';
import { type FieldValue, formatHeader } from '../../record/index.ts';
import { analyzeDeps } from '../context.ts';
import type { Cell } from '../contract/common.ts';
import { type RawLine, rawLineBodySchema, rawLineSchema } from '../contract/raw-line.ts';
import { defineRoute } from '../route.ts';

/** A record as it stands in the object it came from. */
export const rawLineRoute = defineRoute({
  method: 'post',
  path: '/api/raw-line',
  summary: 'The lines of the source object that hold a record, word for word, or why they cannot be shown',
  body: rawLineBodySchema,
  response: rawLineSchema,
  handler: async (context, _query, { record }) => {
    const objectId = objectIdOf(record['object_id']);
    const known = await context.withSession((session) =>
      runLedgerObject(analyzeDeps(context, session), objectId),
    );
    if (known === null) return unknownObject(objectId);
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.config.queryTimeoutMs)]);
    const { lines, ...finding } = await context.findRecord(known, record, signal);
    return {
      ...finding,
      encodings: [...finding.encodings],
      object: objectOf(objectId, known),
      lines: lines.map(lineOf),
    };
  },
});

function objectIdOf(value: Cell | undefined): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^\d{1,19}$/.test(value)) return BigInt(value);
  throw new WeirError(
    'query',
    'api.bad-request',
    'body record: object_id has to be the number of a source object',
  );
}

function unknownObject(objectId: bigint): RawLine {
  return {
    status: 'unknown',
    detail: `the ledger has no object ${objectId}`,
    object: null,
    shape: null,
    encodings: [],
    lineNumbers: null,
    lines: [],
    read: 0,
  };
}

function objectOf(objectId: bigint, known: LedgerObject): RawLine['object'] {
  return { ...known, objectId: objectId.toString() };
}

function lineOf({ number, text, layout, values }: FoundLine): RawLine['lines'][number] {
  return {
    number,
    text,
    header: formatHeader(layout),
    values: layout.columns.map(({ name }) => ({ name, value: cellOf(values[name] ?? null) })),
  };
}

function cellOf(value: FieldValue): Cell {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}
