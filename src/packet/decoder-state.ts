import { FragmentTable } from './fragment-table.ts';
import { PacketView } from './packet-view.ts';
import { PrefixTable } from './prefix-table.ts';

/** What the layer functions share: the view they fill, and the little they remember between packets. */
export class DecoderState {
  readonly view = new PacketView();
  readonly fragments: FragmentTable;
  readonly prefixes = new PrefixTable();

  /** Packets whose IP header claims more bytes than the capture says were on the wire. */
  beyondWire = 0;

  constructor(maxFragments: number, fragmentTimeoutSeconds: number) {
    this.fragments = new FragmentTable(maxFragments, fragmentTimeoutSeconds);
  }
}
