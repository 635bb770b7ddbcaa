import { WeirError } from '../../base/index.ts';
import { type Expression, either, test } from '../../query/index.ts';

/** Something that records name, and that has a page of its own. */
export interface Entity {
  readonly kind: 'address' | 'interface' | 'instance' | 'port';
  /** As the lake has it: canonical address text, an id, or the digits of a port. */
  readonly value: string;
}

/** The condition that a record names the entity. Errors: `analyze.bad-entity` for a port that is no number. */
export function entityCondition({ kind, value }: Entity): Expression {
  const is = (wanted: string | number) => ({ kind: 'compare', operator: '=', value: wanted }) as const;
  switch (kind) {
    case 'address':
      return either('ip', is(value));
    case 'interface':
      return test('interface_id', is(value));
    case 'instance':
      return test('instance_id', is(value));
    case 'port':
      if (!/^\d{1,5}$/.test(value))
        throw new WeirError('query', 'analyze.bad-entity', `"${value}" is no port number`, {
          details: { kind, value },
        });
      return either('port', is(Number(value)));
  }
}
