import { awsError } from './errors.ts';
import { formatXml, type XmlNode } from './xml.ts';

/** The API version every current client sends, and the namespace of its answers. */
export const EC2_VERSION = '2016-11-15';

/** Form keys that belong to the protocol, not to an operation: query-string signatures (SigV4, and SigV2's names). */
const PROTOCOL_KEYS =
  /^(?:Action|Version|X-Amz-[A-Za-z0-9-]+|AWSAccessKeyId|Signature|SignatureMethod|SignatureVersion|Timestamp)$/;

/** One key of the form, and whether anything asked for it. */
interface Entry {
  readonly value: string;
  isRead: boolean;
}

/**
 * The parameters of one ec2Query request, read by name. Lists are flattened (`Name.1`, `Name.2`, …); gaps are
 * accepted and order follows the numbers. Every read marks its key, so `assertAllRead` finds what nobody knows.
 *
 * Errors: `InvalidParameterValue` for text that is no integer or boolean, `MalformedQueryString` for a bad escape,
 * a repeated key or too many of them.
 */
export class Ec2Parameters {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #prefix: string;

  private constructor(entries: ReadonlyMap<string, Entry>, prefix: string) {
    this.#entries = entries;
    this.#prefix = prefix;
  }

  /** Parses a form body or query string: `&`-separated, `+` and `%20` both a space. Cost: one pass. */
  static parse(form: string, maxParameters = 5000): Ec2Parameters {
    const entries = new Map<string, Entry>();
    for (const pair of form.split('&')) {
      if (pair === '') continue;
      const equals = pair.indexOf('=');
      const name = decodeForm(equals < 0 ? pair : pair.slice(0, equals));
      if (entries.has(name)) throw awsError('MalformedQueryString', `The parameter ${name} is given twice`);
      if (entries.size >= maxParameters)
        throw awsError('MalformedQueryString', `More than ${maxParameters} parameters`);
      const value = equals < 0 ? '' : decodeForm(pair.slice(equals + 1));
      entries.set(name, { value, isRead: PROTOCOL_KEYS.test(name) });
    }
    return new Ec2Parameters(entries, '');
  }

  /** The text of a scalar. Undefined when absent; empty when sent empty. */
  text(name: string): string | undefined {
    const entry = this.#entries.get(this.#prefix + name);
    if (entry === undefined) return undefined;
    entry.isRead = true;
    return entry.value;
  }

  /** A scalar where an empty text counts as absent, as EC2 does for identifiers, ARNs and enumerations. */
  nonEmpty(name: string): string | undefined {
    const value = this.text(name);
    return value === '' ? undefined : value;
  }

  /** A decimal integer, or undefined when absent. */
  integer(name: string): number | undefined {
    const text = this.nonEmpty(name);
    if (text === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(text)) throw invalidValue(text, this.#prefix + name, 'an integer');
    return Number(text);
  }

  /** `true` or `false` in any case, or undefined when absent. */
  boolean(name: string): boolean | undefined {
    const text = this.nonEmpty(name);
    if (text === undefined) return undefined;
    const lower = text.toLowerCase();
    if (lower !== 'true' && lower !== 'false') throw invalidValue(text, this.#prefix + name, 'true or false');
    return lower === 'true';
  }

  /** A list of scalars; empty when absent. */
  texts(name: string): readonly string[] {
    return this.#members(name).map((member) => this.text(member) ?? '');
  }

  /** A list of structures, each to be read with its own member names; empty when absent. */
  structures(name: string): readonly Ec2Parameters[] {
    return this.#members(name).map((member) => this.structure(member));
  }

  /** The members below `name.`. */
  structure(name: string): Ec2Parameters {
    return new Ec2Parameters(this.#entries, `${this.#prefix}${name}.`);
  }

  /** Throws `UnknownParameter` naming the first key of the request that no read has asked for. */
  assertAllRead(): void {
    for (const [name, entry] of this.#entries) {
      if (!entry.isRead) throw awsError('UnknownParameter', `The parameter ${name} is not recognized`);
    }
  }

  /** `Name.N` of every member that is present, in order of N. `Name.member.N` and `Name.Item.N` are taken too. */
  #members(name: string): readonly string[] {
    const start = `${this.#prefix}${name}.`;
    const found = new Map<string, number>();
    for (const key of this.#entries.keys()) {
      if (!key.startsWith(start)) continue;
      const match = /^((?:member\.|Item\.)?(\d{1,6}))(?:\.|$)/.exec(key.slice(start.length));
      if (match?.[1] !== undefined) found.set(`${name}.${match[1]}`, Number(match[2]));
    }
    return [...found].sort((a, b) => a[1] - b[1]).map(([member]) => member);
  }
}

/** A successful answer's body. `requestId` comes first, as AWS writes it; the members follow in their order. */
export function formatEc2Response(action: string, requestId: string, members: XmlNode): string {
  const attributes = ` xmlns="http://ec2.amazonaws.com/doc/${EC2_VERSION}/"`;
  return XML_DECLARATION + formatXml(`${action}Response`, { requestId, ...members }, attributes);
}

/**
 * A successful answer's body in the older AWS query protocol, which wraps the members in a result and puts the request
 * id behind them (STS speaks it).
 */
export function formatQueryResponse(
  action: string,
  namespace: string,
  requestId: string,
  members: XmlNode,
): string {
  const content = { [`${action}Result`]: members, ResponseMetadata: { RequestId: requestId } };
  return XML_DECLARATION + formatXml(`${action}Response`, content, ` xmlns="${namespace}"`);
}

/** An error's body. Note the spelling `RequestID`, which only errors have. */
export function formatEc2Error(code: string, message: string, requestId: string): string {
  const content = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId };
  return XML_DECLARATION + formatXml('Response', content);
}

/** A moment as EC2 prints it: `2026-01-02T03:04:05.678Z`. */
export function formatEc2Time(ms: number): string {
  return new Date(ms).toISOString();
}

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw awsError(
      'MalformedQueryString',
      `The text ${JSON.stringify(text.slice(0, 80))} is not percent-encoded UTF-8`,
    );
  }
}

function invalidValue(value: string, name: string, expected: string): Error {
  return awsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${name} is invalid. Expected ${expected}.`,
  );
}
