import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents, type ServerEvent } from '../../web/src/event-stream.ts';

async function read(chunks: readonly Uint8Array[]): Promise<readonly ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

describe('readEvents', () => {
  it('reads the same events however the bytes are cut', async () => {
    const sent = [
      { event: 'progress', data: { percent: null } },
      { event: 'answer', data: { text: 'ä\n\n"event: x" 漢' } },
    ];
    const [first, second] = sent.map(
      ({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
    );
    const bytes = new TextEncoder().encode(`${first}: still here\n\n${second}event: cut\ndata: {`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.length })), async (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.slice(edges[index], end));
        expect(await read(chunks)).toEqual(sent);
      }),
      { numRuns: 50 },
    );
  });
});
