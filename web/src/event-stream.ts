/** One event of a server's event stream. */
export interface ServerEvent {
  readonly event: string;
  /** Parsed JSON. */
  readonly data: unknown;
}

/**
 * The events of a response, as they come. Read through fetch rather than EventSource, which cannot carry the token.
 * Ends with the stream; rejects when it breaks.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = eventOf(text.slice(0, end));
        text = text.slice(end + 2);
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Null for comments, which only keep the connection open. */
function eventOf(block: string): ServerEvent | null {
  const lines = block.split('\n');
  const valueOf = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [event, data] = [valueOf('event'), valueOf('data')];
  return event === undefined || data === undefined ? null : { event, data: JSON.parse(data) as unknown };
}
