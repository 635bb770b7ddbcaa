import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { WeirError } from '../base/index.ts';
import type { CaptureSource } from './capture-source.ts';

/** The programs that can capture for us. */
export type CaptureToolName = 'tcpdump' | 'dumpcap';

/** A program that captures, and what is particular about it. */
export interface CaptureTool {
  readonly name: CaptureToolName;
  /** Where it is. */
  readonly path: string;
  /** It answers SIGUSR1 with what the kernel dropped so far; the other one says so only when it ends. */
  readonly tellsDrops: boolean;
}

export interface CaptureToolConfig {
  /** Bytes kept of each packet of an interface: enough for every header that is read. */
  readonly snapLength: number;
  /** Room in the kernel for packets that wait for the tool, in KiB. */
  readonly bufferKib: number;
  /** Whether the interface hands over frames for others too, as a mirror port needs it. */
  readonly isPromiscuous: boolean;
}

export const defaultCaptureToolConfig: CaptureToolConfig = {
  snapLength: 128,
  bufferKib: 16_384,
  isPromiscuous: false,
};

/**
 * libpcap receives what the firewall logs in a buffer of this size, and loses or garbles the rest of a batch that is larger.
 * So packets are cut by the rule (`log snaplen 128`) and never here.
 */
const NFLOG_SNAP_LENGTH = 262_144;

/** Programs in `sbin` are not on everybody's PATH, and yet may be run. */
const MORE_DIRECTORIES: readonly string[] = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/local/bin'];

/** Which directories have programs, and whether a file is one: the environment, or a test's idea of it. */
export interface ToolSearch {
  readonly path: string;
  isProgram(file: string): boolean;
}

/** The search path of this process. */
export function toolSearch(): ToolSearch {
  return { path: process.env['PATH'] ?? '', isProgram };
}

/**
 * Finds a capture tool: the wanted one, else tcpdump before dumpcap, since tcpdump tells of losses while it runs.
 * Errors: `capture.no-tool` (kind `service`) with what to install.
 */
export function findCaptureTool(wanted: CaptureToolName | null, search: ToolSearch): CaptureTool {
  const names: readonly CaptureToolName[] = wanted === null ? ['tcpdump', 'dumpcap'] : [wanted];
  const directories = [
    ...search.path.split(delimiter).filter((directory) => directory !== ''),
    ...MORE_DIRECTORIES,
  ];
  for (const name of names) {
    for (const directory of directories) {
      const path = join(directory, name);
      if (search.isProgram(path)) return { name, path, tellsDrops: name === 'tcpdump' };
    }
  }
  const packages = names.map((name) => (name === 'tcpdump' ? 'tcpdump' : 'wireshark-common (dumpcap)'));
  throw new WeirError(
    'service',
    'capture.no-tool',
    `no ${names.join(' and no ')} here; install the package ${packages.join(' or ')}`,
    { details: { wanted: names } },
  );
}

/** The arguments by which a tool writes what it captures to its standard output, packet by packet. */
export function captureArguments(
  tool: CaptureTool,
  source: CaptureSource,
  config: CaptureToolConfig,
): readonly string[] {
  const isNflog = source.kind === 'nflog';
  const snapLength = String(isNflog ? NFLOG_SNAP_LENGTH : config.snapLength);
  const buffer = isNflog ? 0 : config.bufferKib;
  const quietMode = config.isPromiscuous ? [] : ['-p'];
  if (tool.name === 'dumpcap') {
    const mebibytes = Math.max(1, Math.round(buffer / 1024));
    return ['-q', ...quietMode, '-i', source.name, '-s', snapLength, '-B', String(mebibytes), '-w', '-'];
  }
  // Immediate mode: a packet does not wait in the kernel for others, so a tool that dies takes next to none with it.
  const kernel = isNflog ? [] : ['--immediate-mode', '-B', String(buffer)];
  return ['-n', ...quietMode, '-i', source.name, '-s', snapLength, ...kernel, '-U', '-w', '-'];
}

/** How long a packet may wait in the kernel and the tool before we can read it; the firewall logs in batches of a second. */
export function captureLatencyMs(tool: CaptureTool, source: CaptureSource): number {
  if (source.kind === 'nflog') return 1_200;
  return tool.name === 'tcpdump' ? 100 : 500;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
