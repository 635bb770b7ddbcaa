import type { Config } from '../app/index.ts';
import { recordCaptures, startAwsSide } from './aws-serving.ts';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { versionOf } from './version.ts';

/**
 * Serves until SIGINT or SIGTERM. One ready line on stdout carries the address of the console, a second that of the AWS
 * endpoint; nothing else is printed there.
 */
export async function serveUntilInterrupted(context: CommandContext, config: Config): Promise<number> {
  const { serve } = await import('../app/index.ts');
  const token = process.env['WEIR_TOKEN'] ?? '';
  const serving = await serve(config, {
    token: token === '' ? null : token,
    allowedHosts: context.values('allow-host'),
    version: versionOf(),
    reporter: context.reporter,
  });
  const aws = await startAwsSide(context, config).catch(async (error: unknown) => {
    await serving.close();
    throw error;
  });
  context.stdout.write(`weir: console on ${serving.address} over ${serving.lake}\n`);
  if (serving.isEmpty)
    context.note('the lake is empty; weir ingest SOURCE fills it, and the console sees it at once');
  if (aws !== null) {
    context.stdout.write(`weir: AWS endpoint on ${aws.address}\n`);
    await recordCaptures(context, aws);
  }
  context.note('Ctrl-C ends it');
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve();
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await serving.close();
  await aws?.close();
  return EXIT.fine;
}
