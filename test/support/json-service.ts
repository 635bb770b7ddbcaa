/** A stand-in for an AWS JSON service that answers as a test says, for faults that no real server shows on demand. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call: the operation, `PutLogEvents`, and its input. */
export interface JsonCall {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape differs from operation to operation
  readonly input: any;
}

/** What is answered: an output, or an error by name. */
export type JsonAnswer =
  | { readonly output: unknown }
  | { readonly error: string; readonly status?: number; readonly message?: string };

/** A running stand-in. */
export interface JsonService {
  readonly endpoint: string;
  /** Every call, in the order of arrival. */
  readonly calls: JsonCall[];
  stop(): Promise<void>;
}

/** Starts one on loopback. */
export async function startJsonService(answer: (call: JsonCall) => JsonAnswer): Promise<JsonService> {
  const calls: JsonCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const call = { operation, input: JSON.parse(Buffer.concat(chunks).toString() || '{}') };
      calls.push(call);
      const found = answer(call);
      const isError = 'error' in found;
      response.writeHead(isError ? (found.status ?? 400) : 200, {
        'content-type': 'application/x-amz-json-1.1',
      });
      response.end(
        JSON.stringify(
          isError ? { __type: found.error, message: found.message ?? found.error } : found.output,
        ),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
