import { COMMON_OPTIONS } from './arguments.ts';
import type { Command } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A script that teaches a shell the commands and their options; where neither fits, files are offered. */
export function completionScript(shell: (typeof SHELLS)[number], commands: readonly Command[]): string {
  const flags = (command: Command): readonly string[] =>
    [...command.options, ...COMMON_OPTIONS].map((option) => `--${option.name}`);
  switch (shell) {
    case 'bash':
      return bashScript(commands, flags);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands, flags)}`;
    case 'fish':
      return fishScript(commands);
  }
}

function bashScript(commands: readonly Command[], flags: (command: Command) => readonly string[]): string {
  const cases = commands.map((command) => `    ${command.name}) words="${flags(command).join(' ')}" ;;`);
  return `_weir() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map((command) => command.name).join(' ')} --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [ "\${word:0:1}" = "-" ]; then COMPREPLY=($(compgen -W "$words" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _weir weir ./weir
`;
}

function fishScript(commands: readonly Command[]): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap((command) => [
    `complete -c weir -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
    ...[...command.options, ...COMMON_OPTIONS].map((option) => {
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      const value = option.value === undefined ? '' : ' -r';
      return `complete -c weir -n '__fish_seen_subcommand_from ${command.name}' -l ${option.name}${short}${value} -d ${quoted(option.meaning)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
