import { WeirError } from '../base/index.ts';

/** What is listened to: a network interface of this machine, or a group that its firewall logs packets to. */
export type CaptureSource =
  | { readonly kind: 'interface'; readonly name: string }
  | { readonly kind: 'nflog'; readonly name: string; readonly group: number };

/** Longest name of an interface: Linux allows 15 bytes, its alternative names and other systems more. */
const MAX_NAME = 127;
const MAX_GROUP = 65_535;

/**
 * Reads `eth0`, `any` or `nflog:7`. A name becomes an argument of a program, so what that program could take for an option
 * or a path is refused.
 * Errors: `capture.bad-source` (kind `config`).
 */
export function parseCaptureSource(text: string): CaptureSource {
  const [, group] = /^nflog(?::(.*))?$/s.exec(text) ?? [];
  if (text === 'nflog' || group !== undefined) {
    const isNumber = group !== undefined && /^\d{1,5}$/.test(group) && Number(group) <= MAX_GROUP;
    if (!isNumber) throw badSource(text, `nflog:GROUP with a group from 0 to ${MAX_GROUP}`);
    return { kind: 'nflog', name: `nflog:${Number(group)}`, group: Number(group) };
  }
  const isName = /^[^\s/\p{Cc}-][^\s/\p{Cc}]*$/u.test(text) && text.length <= MAX_NAME;
  if (!isName) throw badSource(text, 'the name of an interface as ip link shows it, any, or nflog:GROUP');
  return { kind: 'interface', name: text };
}

function badSource(found: string, expected: string): WeirError {
  return new WeirError('config', 'capture.bad-source', `--interface "${found}": expected ${expected}`, {
    details: { found },
  });
}
