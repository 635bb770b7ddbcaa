/**
 * The shape of the house as data: which folder stands on which level, what pure folders must not touch, and which
 * packages more than one folder may import. `boundaries.ts` holds every source file against these tables.
 */

/** Folder of `src/` to level; a folder may import the `index.ts` of folders on lower levels only. */
export const LEVELS: Readonly<Record<string, number>> = {
  base: 0,
  record: 1,
  stats: 1,
  packet: 2,
  aws: 2,
  query: 2,
  storage: 2,
  flow: 3,
  enrich: 3,
  lake: 3,
  simulate: 3,
  capture: 3,
  deliver: 4,
  ingest: 4,
  engine: 4,
  analyze: 5,
  detect: 5,
  report: 5,
  service: 5,
  api: 6,
  app: 7,
  cli: 8,
};

/** The command line starts fast because it reaches the rest only through these, `app` by dynamic import. */
export const CLI_MAY_IMPORT: ReadonlySet<string> = new Set(['base', 'app']);

/** What `web/` may import from `src/`: running code, or types that vanish when built. */
export const WEB_MAY_IMPORT: Readonly<Record<string, 'values' | 'types'>> = {
  base: 'values',
  record: 'values',
  query: 'values',
  api: 'types',
};

/** These folders give the same answer for the same arguments: time, ids, seeds and bytes come in from outside. */
export const PURE_FOLDERS: ReadonlySet<string> = new Set(['base', 'record', 'stats', 'query']);

/** Modules of Node that touch no file, network, clock or randomness, so that pure folders may import them. */
export const PURE_NODE_MODULES: ReadonlySet<string> = new Set([
  'node:assert',
  'node:assert/strict',
  'node:buffer',
  'node:events',
  'node:punycode',
  'node:querystring',
  'node:string_decoder',
  'node:url',
  'node:util',
]);

/** Globals by which a pure folder would reach the world without importing anything, and what to do instead. */
export const IMPURE_CALLS: Readonly<Record<string, string>> = {
  'Date.now': 'take the time as an argument',
  'new Date': 'take the time as an argument',
  'Math.random': 'take a seeded generator as an argument',
  'crypto.randomUUID': 'take the id as an argument',
  'crypto.getRandomValues': 'take the bytes as an argument',
  'performance.now': 'take the clock as an argument',
  fetch: 'take the bytes as an argument',
  setTimeout: 'take the clock as an argument',
  setInterval: 'take the clock as an argument',
  setImmediate: 'take the scheduler as an argument',
};

/**
 * Third-party packages that several folders may import, each with its folders (a trailing `*` stands for anything
 * after it) and the reason. Every other package belongs to one folder, so that replacing it changes one folder.
 */
export const SHARED_PACKAGES: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly why: string }>
> = {
  zod: {
    folders: ['src/flow', 'src/api'],
    why: 'one way to say what outside data must look like: network.yaml and the HTTP contract, each with its schema published',
  },
  react: { folders: ['web/*'], why: 'every view is a component' },
  'react-dom': { folders: ['web/*'], why: 'only the entry mounts, parts may use portals' },
};
