import type { CommandWords, OptionWords } from './completion-words.ts';

/** The shells that have a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** The completion script of a shell. It knows every word but those of filters, for which a TAB asks `weir completion filter`. */
export function completionScript(shell: (typeof SHELLS)[number], commands: readonly CommandWords[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;
    case 'fish':
      return fishScript(commands);
  }
}

/** `--by|-b) list "a b c" ;;` for each option of each command that has words; options with free values offer files. */
function bashScript(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const cases = commands.map(({ name, words, takesFilter, options }) => {
    const values = options
      .filter((option) => option.values !== null)
      .map((option) => `        ${flagsOf(option).join('|')}) ${bashValue(option)} ;;`);
    const flags = options.flatMap(flagsOf).join(' ');
    return [
      `    ${name})`,
      `      case "$previous" in`,
      ...values,
      `        *) case "$current" in`,
      `          -*) _weir_words "${flags}" ;;`,
      `          *) ${takesFilter ? '_weir_filter' : words.length > 0 ? `_weir_list "${words.join(' ')}"` : '_weir_files'} ;;`,
      `        esac ;;`,
      `      esac ;;`,
    ].join('\n');
  });
  return `# Completion of weir for bash: source <(weir completion bash)
_weir_words() { COMPREPLY=($(compgen -W "$1" -- "$current")); }
_weir_files() { COMPREPLY=($(compgen -f -- "$current")); }
# Words with commas: the last one is completed, those before stay.
_weir_list() {
  local before=""
  case "$current" in *,*) before="\${current%,*}," ;; esac
  COMPREPLY=($(compgen -P "$before" -W "$1" -- "\${current##*,}"))
}
# A filter is one word, mostly in quotes: each candidate is the filter so far with its last word complete. Within quotes the
# candidate ends in a space and comes with a twin, so that the shell leaves the quotes open.
_weir_filter() {
  local text="\${current#[\\'\\"]}" IFS=$'\\n' word
  type compopt >/dev/null 2>&1 && compopt +o filenames 2>/dev/null
  for word in $(weir completion filter "$text" 2>/dev/null); do
    if [ "$text" = "$current" ]; then COMPREPLY+=("$word"); else COMPREPLY+=("$word " "$word  "); fi
  done
}
_weir() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _weir_words "${names} --help --version"
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help) _weir_words "${names}" ;;
${cases.join('\n')}
  esac
}
complete -o filenames -F _weir weir ./weir
`;
}

function flagsOf({ long, short }: OptionWords): readonly string[] {
  return short === null ? [`--${long}`] : [`-${short}`, `--${long}`];
}

function bashValue(option: OptionWords): string {
  if (option.isFilter) return '_weir_filter';
  const values = option.values ?? [];
  if (values.length === 0) return '_weir_files';
  return `${option.isList ? '_weir_list' : '_weir_words'} "${values.join(' ')}"`;
}

function fishScript(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, summary, words, takesFilter, options }) => {
    const only = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c weir -f -n __fish_use_subcommand -a ${name} -d ${fishQuote(summary)}`,
      ...(takesFilter
        ? [`complete -c weir -f ${only} -a '(__weir_filter)'`]
        : words.length > 0
          ? [`complete -c weir -f ${only} -a ${fishQuote(`(__fish_append , ${words.join(' ')})`)}`]
          : [`complete -c weir -F ${only}`]),
      ...options.map((option) => `complete -c weir ${only} ${fishOption(option)}`),
    ];
  });
  return `# Completion of weir for fish: weir completion fish > ~/.config/fish/completions/weir.fish
# Within quotes a candidate ends in a space and comes with a twin, so that fish leaves the quotes open.
function __weir_filter
  set -l token (commandline -ct)
  set -l text (string replace -r '^[\\'"]' '' -- $token)
  for word in (weir completion filter $text 2>/dev/null)
    if test "$text" = "$token"
      echo $word
    else
      echo "$word "
      echo "$word  "
    end
  end
end
${lines.join('\n')}
`;
}

function fishOption(option: OptionWords): string {
  const flags = [`-l ${option.long}`, ...(option.short === null ? [] : [`-s ${option.short}`])];
  const values = option.values;
  const value = option.isFilter
    ? ` -x -a '(__weir_filter)'`
    : values === null
      ? ''
      : values.length === 0
        ? ' -r'
        : ` -x -a ${fishQuote(option.isList ? `(__fish_append , ${values.join(' ')})` : values.join(' '))}`;
  return `${flags.join(' ')}${value} -d ${fishQuote(option.meaning)}`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
