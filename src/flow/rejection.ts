import { REJECTED } from './flow-row.ts';
import { FlowRow } from './flow-row-view.ts';
import type { FlowTable } from './flow-table.ts';
import type { DecidingRule, RuleBook } from './network/deciding-rule.ts';
import type { VantageWindow } from './window.ts';

/** A REJECT record and what decided it: the column that flow logs do not have. */
export interface Rejection {
  /** Addresses and ports as in the packet: `pkt-srcaddr`, `pkt-dstaddr`. */
  readonly pktSrcAddr: string;
  readonly pktDstAddr: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly protocol: number;
  readonly packets: number;
  /** As in the record: with interface and window they find it again. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly rule: DecidingRule;
}

/** The rejected flows of a window with their rules. Read it while the window's sink runs. Cost: one pass over the rows. */
export function* rejectionsOf(window: VantageWindow, table: FlowTable, book: RuleBook): Generator<Rejection> {
  const row = new FlowRow(table);
  for (let has = row.moveTo(window.firstRow); has; has = row.next()) {
    const rule = row.outcome === REJECTED ? book.ruleOf(row.rule) : null;
    if (rule === null) continue;
    yield {
      pktSrcAddr: row.srcText,
      pktDstAddr: row.dstText,
      srcPort: row.srcPort,
      dstPort: row.dstPort,
      protocol: row.protocol,
      packets: row.packets,
      startSeconds: window.startSeconds,
      endSeconds: window.endSeconds,
      rule,
    };
  }
}
