import type { Config, ReadSession } from '../app/index.ts';
import { parseDurationSeconds, timeSecondsOf, WeirError } from '../base/index.ts';
import type { CommandContext, OutputFormat } from './command.ts';
import { chosenFormat } from './output.ts';

/** Records with `startSeconds <= start < endSeconds`; null leaves that side open. */
export interface TimeChoice {
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
}

/** What a command that asks the lake works with. */
export interface LakeWork {
  readonly config: Config;
  readonly read: ReadSession;
  readonly format: OutputFormat;
  readonly range: TimeChoice;
}

/**
 * Loads the application, opens the lake for reading, does the work and closes again. `--last`, `--since` and `--until`
 * are read where the command has them; a command that knows its range from elsewhere gives it.
 */
export async function withLake(
  context: CommandContext,
  work: (lake: LakeWork) => Promise<number>,
  range: TimeChoice = timeChoice(context),
): Promise<number> {
  const { openReadSession, resolveConfig } = await import('../app/index.ts');
  const config = resolveConfig({ flags: context.flags });
  const read = await openReadSession(config, {
    range,
    signal: context.signal,
    reporter: context.reporter,
  });
  try {
    if (read.isEmpty) context.note(`the lake ${read.uri} is empty; weir ingest SOURCE fills it`);
    return await work({ config, read, format: chosenFormat(context, config.output.format), range });
  } finally {
    read.close();
  }
}

/** The time options of a call. Errors: `base.bad-time`, `cli.bad-option` for contradictions. */
export function timeChoice(context: CommandContext): TimeChoice {
  const [last, since, until] = ['last', 'since', 'until'].map((name) => context.value(name));
  if (last !== undefined && (since !== undefined || until !== undefined)) {
    throw new WeirError('query', 'cli.bad-option', 'give --last, or --since and --until, not both');
  }
  if (last !== undefined) {
    const seconds = parseDurationSeconds(last);
    if (seconds === null)
      throw new WeirError(
        'query',
        'cli.bad-option',
        `--last "${last}" is no length of time; use 3h, 7d, 90m`,
      );
    return { startSeconds: Math.floor(context.nowSeconds - seconds), endSeconds: null };
  }
  const startSeconds = since === undefined ? null : timeSecondsOf(since, context.nowSeconds);
  const endSeconds = until === undefined ? null : timeSecondsOf(until, context.nowSeconds);
  if (startSeconds !== null && endSeconds !== null && endSeconds <= startSeconds) {
    throw new WeirError(
      'query',
      'cli.bad-option',
      `--until ${until ?? ''} is not after --since ${since ?? ''}`,
    );
  }
  return { startSeconds, endSeconds };
}

/** A whole number of an option, within bounds. Errors: `cli.bad-option`. */
export function countOption(
  context: CommandContext,
  name: string,
  lowest: number,
  highest: number,
): number | undefined {
  const text = context.value(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= lowest && number <= highest) return number;
  throw new WeirError(
    'query',
    'cli.bad-option',
    `--${name} "${text}" is no whole number from ${lowest} to ${highest}`,
  );
}
