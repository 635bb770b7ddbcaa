import { hasPorts } from '../../record/index.ts';
import type { BatchBuilder, ColumnBuilder } from './batch-builder.ts';
import { SCOPE_NUMBER, SCOPES, type TextDictionary } from './text-dictionary.ts';

const UNKNOWN = -1;
const OK = 0;
const NODATA = 1;
const SKIPDATA = 2;
const SYN = 2;
const ACK = 16;

/** Scopes that count as inside when the direction has to be told from the addresses. */
const IS_INSIDE = SCOPES.map(
  (scope) => scope === 'private' || scope === 'link-local' || scope === 'loopback',
);

/**
 * Fills the derived columns of a row from its own values: `direction`, `remote_scope`, `ip_version`, `svc_port`,
 * `object_id`. Everything is a look-up by dictionary code; no text is made per row.
 */
export class RowDeriver {
  readonly #builder: BatchBuilder;
  readonly #addresses: TextDictionary;
  #src: ColumnBuilder | null = null;
  #dst: ColumnBuilder | null = null;
  #srcPort: ColumnBuilder | null = null;
  #dstPort: ColumnBuilder | null = null;
  #protocol: ColumnBuilder | null = null;
  #flags: ColumnBuilder | null = null;
  #flowDirection: ColumnBuilder | null = null;
  #status: ColumnBuilder | null = null;
  #direction!: ColumnBuilder;
  #remoteScope!: ColumnBuilder;
  #ipVersion!: ColumnBuilder;
  #svcPort!: ColumnBuilder;
  #objectId!: ColumnBuilder;
  #directionCodes: Int32Array = new Int32Array(0);
  #scopeCodes: Int32Array = new Int32Array(0);
  /** Status by code of `log_status`, filled as codes appear. */
  #statusOfCode: number[] = [];
  /** Code in `direction` by code in `flow_direction`. */
  #directionOfCode: number[] = [];

  constructor(builder: BatchBuilder) {
    this.#builder = builder;
    this.#addresses = builder.addresses;
  }

  /** Takes the columns of a layout, after the builder was made or reset or the layout changed. */
  useColumns(columns: readonly ColumnBuilder[]): void {
    const named = (name: string): ColumnBuilder | null =>
      columns.find((column) => column.name === name) ?? null;
    this.#src = named('srcaddr');
    this.#dst = named('dstaddr');
    this.#srcPort = named('srcport');
    this.#dstPort = named('dstport');
    this.#protocol = named('protocol');
    this.#flags = named('tcp_flags');
    this.#flowDirection = named('flow_direction');
    this.#status = named('log_status');
    this.#direction = this.#builder.textColumn('direction');
    this.#remoteScope = this.#builder.textColumn('remote_scope');
    this.#ipVersion = this.#builder.numberColumn('ip_version');
    this.#svcPort = this.#builder.numberColumn('svc_port');
    this.#objectId = this.#builder.wideColumn('object_id');
    const codeOf = (column: ColumnBuilder, text: string): number => column.dictionary?.internText(text) ?? 0;
    this.#directionCodes = Int32Array.of(
      codeOf(this.#direction, 'ingress'),
      codeOf(this.#direction, 'egress'),
    );
    this.#scopeCodes = Int32Array.from(SCOPES, (scope) =>
      scope === null ? UNKNOWN : codeOf(this.#remoteScope, scope),
    );
    this.#statusOfCode = [];
    this.#directionOfCode = [];
  }

  /** The derived columns. */
  get columns(): readonly ColumnBuilder[] {
    return [this.#direction, this.#remoteScope, this.#ipVersion, this.#svcPort, this.#objectId];
  }

  /** Fills the derived values of `row` and gives its status: 0 ok, 1 NODATA, 2 SKIPDATA. */
  derive(row: number, objectId: bigint): number {
    const byteIndex = row >> 3;
    const bit = 1 << (row & 7);
    const src = codeAt(this.#src, row, byteIndex, bit);
    const dst = codeAt(this.#dst, row, byteIndex, bit);
    const srcScope = src < 0 ? 0 : (this.#addresses.scopes[src] as number);
    const dstScope = dst < 0 ? 0 : (this.#addresses.scopes[dst] as number);
    const direction = this.#directionAt(row, byteIndex, bit, srcScope, dstScope);
    put(this.#direction, row, byteIndex, bit, direction);
    const isEgress = direction === this.#directionCodes[1];
    const isIngress = direction === this.#directionCodes[0];
    const remote = isEgress ? dstScope : isIngress ? srcScope : srcScope === dstScope ? srcScope : 0;
    put(this.#remoteScope, row, byteIndex, bit, this.#scopeCodes[remote] as number);
    const version =
      src >= 0 ? this.#addresses.ipVersions[src] : dst >= 0 ? this.#addresses.ipVersions[dst] : 0;
    put(this.#ipVersion, row, byteIndex, bit, version === 0 ? UNKNOWN : (version as number));
    put(this.#svcPort, row, byteIndex, bit, this.#servicePort(row, byteIndex, bit));
    this.#objectId.words[row * 2] = Number(objectId & 0xffff_ffffn);
    this.#objectId.words[row * 2 + 1] = Number(objectId >> 32n);
    return this.#statusAt(row, byteIndex, bit);
  }

  #directionAt(row: number, byteIndex: number, bit: number, srcScope: number, dstScope: number): number {
    const given = codeAt(this.#flowDirection, row, byteIndex, bit);
    if (given >= 0) {
      const known = this.#directionOfCode[given];
      if (known !== undefined) return known;
      const text = this.#flowDirection?.dictionary?.values[given] ?? '';
      return (this.#directionOfCode[given] = this.#direction.dictionary?.internText(text) ?? UNKNOWN);
    }
    const isSrcInside = IS_INSIDE[srcScope] === true;
    const isDstInside = IS_INSIDE[dstScope] === true;
    if (isSrcInside && dstScope === SCOPE_NUMBER.public) return this.#directionCodes[1] as number;
    if (isDstInside && srcScope === SCOPE_NUMBER.public) return this.#directionCodes[0] as number;
    return UNKNOWN;
  }

  /** The serving side's port: SYN without ACK runs towards it, SYN-ACK away from it, otherwise it is the lower one. */
  #servicePort(row: number, byteIndex: number, bit: number): number {
    const protocol = codeAt(this.#protocol, row, byteIndex, bit);
    const srcPort = codeAt(this.#srcPort, row, byteIndex, bit);
    const dstPort = codeAt(this.#dstPort, row, byteIndex, bit);
    if (srcPort < 0 || dstPort < 0 || protocol < 0 || !hasPorts(protocol)) return UNKNOWN;
    const flags = codeAt(this.#flags, row, byteIndex, bit);
    if (flags > 0 && (flags & SYN) !== 0) return (flags & ACK) === 0 ? dstPort : srcPort;
    return srcPort < dstPort ? srcPort : dstPort;
  }

  #statusAt(row: number, byteIndex: number, bit: number): number {
    const code = codeAt(this.#status, row, byteIndex, bit);
    if (code < 0) return OK;
    const known = this.#statusOfCode[code];
    if (known !== undefined) return known;
    const text = this.#status?.dictionary?.values[code];
    return (this.#statusOfCode[code] = text === 'NODATA' ? NODATA : text === 'SKIPDATA' ? SKIPDATA : OK);
  }
}

/** The number or code of a row, or -1 when it is null or the column is not there. */
function codeAt(column: ColumnBuilder | null, row: number, byteIndex: number, bit: number): number {
  if (column === null || ((column.valid[byteIndex] as number) & bit) === 0) return UNKNOWN;
  return column.values[row] as number;
}

/** Writes a number or code, or null for -1. */
function put(column: ColumnBuilder, row: number, byteIndex: number, bit: number, value: number): void {
  if (value < 0) {
    column.valid[byteIndex] = (column.valid[byteIndex] as number) & ~bit;
    column.values[row] = 0;
  } else {
    column.values[row] = value;
  }
}
