/**
 * What decided that a packet was rejected. A flow log does not say it; the recorder knows it and keeps it beside the record.
 * Numbers (from 1) are positions in a `RuleBook`; 0 means that nothing rejected.
 */
export interface DecidingRule {
  readonly kind:
    | 'network-acl'
    | 'security-group'
    | 'closed-connection'
    | 'block-public-access'
    | 'encryption-controls'
    | 'kernel';
  /** Which way the packet went, seen from the interface; null when the rule does not say. */
  readonly direction: 'ingress' | 'egress' | null;
  /** The ACL, the security groups of the interface, or the VPC; empty for the kernel. */
  readonly resources: readonly string[];
  /** Number of the ACL rule, `*` for its last one; the prefix of a kernel rule; null where no single rule decides. */
  readonly rule: string | null;
  /** For people. */
  readonly text: string;
}

/** Rules by number. The key word of a flow has room for 2^24 of them, far more than rules that exist. */
export class RuleBook {
  readonly #rules: DecidingRule[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of a rule, the same for equal rules. */
  numberOf(rule: DecidingRule): number {
    const key = JSON.stringify(rule);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#rules.push(rule);
    this.#numbers.set(key, this.#rules.length);
    return this.#rules.length;
  }

  /** The rule of a number; null for 0. */
  ruleOf(number: number): DecidingRule | null {
    return this.#rules[number - 1] ?? null;
  }
}
