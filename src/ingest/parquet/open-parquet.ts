import type { OpenedObject } from '../opened-object.ts';
import type { DecodedBytes } from '../shapes/decode.ts';
import type { SourceObject } from '../sources/source-object.ts';

export async function openParquet(object: SourceObject, decoded: DecodedBytes): Promise<OpenedObject> {
  await decoded.chunks.close();
  const outcome = () =>
    ({ status: 'ok', reason: null, bytesRead: 0, controlMessages: 0, duplicateEvents: 0 }) as const;
  return {
    kind: 'refused',
    code: 'ingest.bad-parquet',
    reason: `${object.uri}: Parquet`,
    shape: 'parquet',
    lines: null,
    outcome,
  };
}
