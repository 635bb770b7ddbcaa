import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, WeirError } from '../base/index.ts';
import {
  AwsServices,
  CaptureBindings,
  Firewall,
  Network,
  NetworkFacts,
  NetworkObserver,
  NO_FACTS,
  networkFromDescribe,
  type Observer,
  PlainObserver,
  parseNetwork,
  type RecordFacts,
  RuleBook,
  type TagKeys,
  TransitFacts,
  TransitObserver,
} from '../flow/index.ts';

/** Who decides where the packets of one capture belong, and what is known of those places. */
export interface CaptureScene {
  readonly observer: Observer;
  readonly facts: RecordFacts;
  /** Tells the name of a capture interface, as pcapng states it. */
  nameInterface(index: number, name: string | null): void;
}

/** Makes the scene of each capture. */
export interface SceneMaker {
  /** @param interfaceId what is written as interface-id where no model knows it; null: nothing is */
  sceneOf(capture: string, interfaceId: string | null): CaptureScene;
  /** The rules behind rejects; null without a model. */
  readonly book: RuleBook | null;
  /** The id of what a vantage is, for reasons; empty without a model. */
  nameOf(vantage: number): string;
}

export interface SceneOptions {
  /** `network.yaml`, or a folder of `aws ec2 describe-*` answers; null: each capture is one interface of no VPC. */
  readonly network: string | null;
  /** AWS's `ip-ranges.json`; null: no service names. */
  readonly ipRanges: string | null;
  readonly tagKeys: TagKeys;
  /** Transit gateway records instead of those of interfaces. */
  readonly isTransit: boolean;
  readonly seed: number;
}

/**
 * Reads the network model and what goes with it.
 * Errors: `record.unreadable` (kind `input`); `flow.bad-network`, `flow.bad-describe`, `flow.bad-ip-ranges` (kind `config`).
 */
export function createSceneMaker(options: SceneOptions): SceneMaker {
  const services = options.ipRanges === null ? null : AwsServices.parse(readText(options.ipRanges));
  if (options.network === null) {
    return {
      sceneOf: (_, interfaceId) => ({
        observer: new PlainObserver(),
        facts: plainFacts(interfaceId),
        nameInterface: () => {},
      }),
      book: null,
      nameOf: () => '',
    };
  }
  const network = loadNetwork(options.network);
  const book = new RuleBook();
  if (options.isTransit) {
    const facts = new TransitFacts(network, { services });
    return {
      book: null,
      nameOf: (vantage) => network.attachments[vantage]?.id ?? '',
      sceneOf: (capture) => {
        const bindings = new CaptureBindings(network, basename(capture), book);
        return { observer: new TransitObserver(network, bindings), facts, nameInterface: namer(bindings) };
      },
    };
  }
  const facts = new NetworkFacts(network, book, { services, tagKeys: options.tagKeys });
  const firewall = new Firewall(network, book, { seed: options.seed });
  return {
    book,
    nameOf: (vantage) =>
      (network.interfaces[vantage] ?? network.regionalNats[vantage - network.interfaces.length])?.id ?? '',
    sceneOf: (capture) => {
      const bindings = new CaptureBindings(network, basename(capture), book);
      const observer = new NetworkObserver(network, bindings, firewall);
      return { observer, facts, nameInterface: namer(bindings) };
    },
  };
}

/** The network model of a file or folder. Errors as `createSceneMaker`. */
export function loadNetwork(path: string): Network {
  if (!isFolder(path)) return new Network(parseNetwork(readText(path), basename(path)));
  const names = readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .toSorted();
  if (names.length === 0) {
    const expected = 'expected answers of aws ec2 describe-* as *.json';
    throw new WeirError('config', 'flow.bad-describe', `${path} holds no network: ${expected}`);
  }
  return new Network(networkFromDescribe(names.map((name) => ({ name, text: readText(join(path, name)) }))));
}

function plainFacts(interfaceId: string | null): RecordFacts {
  if (interfaceId === null) return NO_FACTS;
  return { ...NO_FACTS, vantageText: (fieldName) => (fieldName === 'interface-id' ? interfaceId : null) };
}

function namer(bindings: CaptureBindings): CaptureScene['nameInterface'] {
  return (index, name) => bindings.nameInterface(index, name);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new WeirError('input', 'record.unreadable', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}
