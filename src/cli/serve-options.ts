import type { CommandContext, Option } from './command.ts';

/** Options of the commands that serve. */
export const SERVE_OPTIONS: readonly Option[] = [
  { name: 'host', value: 'ADDRESS', meaning: 'Where to listen (default 127.0.0.1)' },
  { name: 'port', value: 'N', meaning: 'Port of the console (default 4700)' },
  { name: 'aws-port', value: 'N', meaning: 'Port of the AWS-compatible endpoint (default 4701)' },
  { name: 'allow-host', value: 'NAME', meaning: 'A name by which others reach this machine', many: true },
];

const SETTINGS = { host: 'serve.host', port: 'serve.port', 'aws-port': 'serve.awsPort' } as const;

/** The settings that these options carry, beside the common ones. */
export function serveFlags(context: CommandContext): Readonly<Record<string, string>> {
  const own = Object.entries(SETTINGS).flatMap(([option, path]) => {
    const value = context.value(option);
    return value === undefined ? [] : [[path, value]];
  });
  return { ...context.flags, ...(Object.fromEntries(own) as Record<string, string>) };
}
