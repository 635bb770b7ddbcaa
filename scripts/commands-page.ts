import { SETTINGS, type Setting } from '../src/app/settings.ts';
import { COMMON_OPTIONS } from '../src/cli/arguments.ts';
import type { Command, Option } from '../src/cli/command.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import { flagOf, usageOf } from '../src/cli/help.ts';
import { code, markdownTable } from './markdown-table.ts';

/** The reference page of commands, from the tables behind `--help`. */
export async function commandsPage(): Promise<string> {
  const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
  const list = markdownTable(
    ['Command', 'Does'],
    commands.map((command) => [`[\`weir ${command.name}\`](#weir-${command.name})`, command.summary]),
  );
  return `<!-- Generated from src/cli/commands and src/app/settings.ts by npm run generate; edits here are lost. -->

# Commands

${list}

Every command takes the common options. Answers go to standard output, everything else to standard error. Without
\`-o\`, a terminal gets a table and a pipe one JSON object per line.

${optionTable(COMMON_OPTIONS)}

## Exit codes

| code | means |
|---|---|
| 0 | fine |
| 1 | the answer is a finding: a gap in the coverage, a lake that does not verify |
| 2 | wrong use: command line, query or configuration |
| 3 | bad data: nothing in the sources could be used |
| 4 | something outside failed: disk, network, a service, a limit of the engine |
| 70 | a fault of Weir |
| 130 | interrupted |

${commands.map(section).join('\n\n')}

## Settings

Order: defaults, \`weir.config.json\` in the working directory (else \`~/.config/weir/config.json\`), environment, options.
\`weir config show\` says where each value came from. Credentials are no settings: they come from the AWS provider chain;
the token of the console comes from \`WEIR_TOKEN\` alone.

${settingTable(SETTINGS)}
`;
}

function section(command: Command): string {
  const positionals = command.positionals.map(
    (positional) => `- ${code(positional.name)}: ${positional.meaning}`,
  );
  return [
    `## weir ${command.name}`,
    `${command.summary}.`,
    `\`\`\`text\n${usageOf(command)}\n\`\`\``,
    ...(command.about === undefined ? [] : [`\`\`\`text\n${command.about}\n\`\`\``]),
    ...(positionals.length === 0 ? [] : [positionals.join('\n')]),
    ...(command.options.length === 0 ? [] : [optionTable(command.options)]),
    command.examples.map(({ line, shows }) => `- \`${line}\`: ${shows}`).join('\n'),
  ].join('\n\n');
}

function optionTable(options: readonly Option[]): string {
  return markdownTable(
    ['Option', 'Meaning'],
    options.map((option) => [code(flagOf(option)), option.meaning]),
  );
}

function settingTable(settings: readonly Setting[]): string {
  return markdownTable(
    ['Setting', 'Environment', 'Default', 'Meaning'],
    settings.map((setting) => [
      code(setting.path),
      code(setting.env),
      setting.fallback ?? setting.whenUnset ?? '',
      setting.meaning,
    ]),
  );
}
