import type { MessagePort, Worker } from 'node:worker_threads';
import { WeirError } from '../../base/index.ts';

/** What one side of a channel answers to: functions by name. Arguments and results are cloned, shared memory is shared. */
export type Methods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: PlainError };

/** An error as it crosses threads, where classes are lost. */
export interface PlainError {
  readonly message: string;
  readonly stack: string | undefined;
  readonly weir: Pick<WeirError, 'kind' | 'code' | 'details'> | null;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Calls between two threads, either way: each side answers to its own methods and calls those of the other. Errors come back
 * as errors, a `WeirError` with its kind, code and details.
 */
export class Channel<Other extends Methods> {
  readonly #port: MessagePort | Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(port: MessagePort | Worker, own: Methods) {
    this.#port = port;
    port.on('message', (message: Message) => {
      if (message.kind === 'call') void this.#answer(own, message.id, message.name, message.args);
      else this.#settle(message);
    });
  }

  /** Calls a method of the other side. Rejects with what it throws, or with what the channel was made to fail with. */
  call<Name extends keyof Other & string>(
    name: Name,
    ...args: Parameters<Other[Name]>
  ): Promise<Awaited<ReturnType<Other[Name]>>> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure.error);
        return;
      }
      const id = this.#calls++;
      this.#waiting.set(id, { resolve, reject });
      this.#post({ kind: 'call', id, name, args });
    });
  }

  /** Rejects every call that waits, and every later one: the other side is gone, or its answers are not wanted any more. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    for (const { reject } of this.#waiting.values()) reject(this.#failure.error);
    this.#waiting.clear();
  }

  async #answer(own: Methods, id: number, name: string, args: readonly unknown[]): Promise<void> {
    let message: Message;
    try {
      const method = own[name] as ((...given: unknown[]) => Promise<unknown>) | undefined;
      if (method === undefined) throw new RangeError(`no method ${name}`);
      message = { kind: 'answer', id, value: await method(...args) };
    } catch (error) {
      message = { kind: 'failure', id, error: plainError(error) };
    }
    if (this.#failure === null) this.#post(message);
  }

  #post(message: Message): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- ports of threads have no origin
    this.#port.postMessage(message);
  }

  #settle(message: Exclude<Message, { readonly kind: 'call' }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(errorFrom(message.error));
  }
}

/** An error as data. */
export function plainError(error: unknown): PlainError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof WeirError)) return { message, stack, weir: null };
  const { kind, code, details } = error;
  return { message, stack, weir: { kind, code, details } };
}

/** The error that `plainError` was made of. */
export function errorFrom({ message, stack, weir }: PlainError): Error {
  const error =
    weir === null
      ? new Error(message)
      : new WeirError(weir.kind, weir.code, message, { details: weir.details });
  if (stack !== undefined) error.stack = stack;
  return error;
}
