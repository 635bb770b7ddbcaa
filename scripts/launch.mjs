// What ./weir does: install and build when needed, then run the command in this very process, so that nothing stands
// between it and its signals and `--help` pays for one start of Node only.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtMain, ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';

const root = resolve(import.meta.dirname, '..');
ensureInstalled(root);
ensureBuilt(root);
process.argv[1] = builtMain(root);
await import(pathToFileURL(process.argv[1]).href);
