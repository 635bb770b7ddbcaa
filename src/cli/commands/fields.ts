import { WeirError } from '../../base/index.ts';
import type { Command } from '../command.ts';
import { chosenFormat, writeRows } from '../output.ts';

const command: Command = {
  name: 'fields',
  summary: 'The field catalogue',
  about:
    'Every field of VPC flow logs (versions 2 to 11) and of transit gateway flow logs. With a name: all about that field.',
  positionals: [{ name: 'NAME', meaning: 'A field, in any spelling', optional: true }],
  options: [
    { name: 'kind', value: 'vpc|tgw', meaning: 'Only fields of this kind of record' },
    { name: 'version', value: 'N', meaning: 'Only fields of this format version' },
  ],
  examples: [
    { line: 'weir fields --version 5', shows: 'what version 5 added' },
    { line: 'weir fields tcp-flags', shows: 'what tcp-flags means, and how it misleads' },
  ],
  run: async (context) => {
    const { FIELDS, fieldByName, resolveConfig } = await import('../../app/index.ts');
    const format = chosenFormat(context, resolveConfig({ flags: context.flags }).output.format);
    const name = context.positionals[0];
    if (name !== undefined) {
      const field = fieldByName(name);
      if (field === undefined) {
        throw new WeirError(
          'query',
          'cli.unknown-field',
          `there is no field ${name}; weir fields lists them all`,
        );
      }
      if (format === 'table') {
        const entries = Object.entries(field).map(
          ([key, value]) => `${key.padEnd(10)}${[value].flat().join(', ') || '-'}`,
        );
        context.stdout.write(`${entries.join('\n')}\n`);
      } else
        writeRows(context.stdout, format, {
          columns: Object.keys(field).map((key) => ({ name: key })),
          rows: [Object.values(field)],
        });
      return 0;
    }
    const [kind, version] = [context.value('kind'), context.value('version')];
    if (kind !== undefined && kind !== 'vpc' && kind !== 'tgw') {
      throw new WeirError('query', 'cli.bad-option', `--kind "${kind}" is no kind of record; use vpc or tgw`);
    }
    const chosen = FIELDS.filter(
      (field) =>
        (kind === undefined || field.kinds.includes(kind)) &&
        (version === undefined || String(field.version) === version),
    );
    const names =
      format === 'table'
        ? (['name', 'version', 'type', 'unit', 'meaning'] as const)
        : (Object.keys(FIELDS[0] ?? {}) as (keyof (typeof FIELDS)[number])[]);
    writeRows(context.stdout, format, {
      columns: names.map((column) => ({ name: column })),
      rows: chosen.map((field) => names.map((column) => field[column])),
    });
    return 0;
  },
};
export default command;
