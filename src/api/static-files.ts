import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One file of the console, ready to send. */
interface StaticFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly gzip: Buffer<ArrayBuffer> | null;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/** The built console in memory. Addresses are looked up, never joined to a path, so none can lead outside. */
export interface StaticFiles {
  readonly count: number;
  /** The answer to a request for a file, or for a view of the console; null when there is neither. */
  respond(
    path: string,
    request: { readonly accept: string; readonly encodings: string; readonly ifNoneMatch: string },
  ): Response | null;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

/** Already compressed, so gzip would only cost. */
const COMPRESSED = new Set(['.png', '.woff2', '.ico']);

/** Files under `assets/` carry a hash of their content in their name; they never change. */
const FOREVER = 'public, max-age=31536000, immutable';

/** Reads the built console once. An absent directory gives no files: the API works without a console. */
export function readStaticFiles(directory: string | null): StaticFiles {
  const files = new Map<string, StaticFile>();
  if (directory !== null && existsSync(directory)) {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(`/${relative(directory, path).split(sep).join('/')}`, readStaticFile(path, type));
    }
  }
  const index = files.get('/index.html');
  return {
    count: files.size,
    respond: (path, request) => {
      const file =
        files.get(path === '/' ? '/index.html' : path) ?? (isView(path, request.accept) ? index : undefined);
      return file === undefined ? null : respondWith(file, request);
    },
  };
}

/**
 * Views are addresses of the console without a file behind them; it reads the address itself. They may hold dots
 * (`/address/10.0.3.7`), so only the endings of files tell a missing file from a view.
 */
function isView(path: string, accept: string): boolean {
  const isFile = path.startsWith('/assets/') || Object.hasOwn(TYPES, extname(path));
  return accept.includes('text/html') && !path.startsWith('/api/') && !isFile;
}

function readStaticFile(path: string, type: string): StaticFile {
  const body = readFileSync(path);
  const gzip = COMPRESSED.has(extname(path)) ? null : gzipSync(body, { level: 9 });
  return {
    body,
    gzip: gzip !== null && gzip.length < body.length ? gzip : null,
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    cacheControl: path.split(sep).includes('assets') ? FOREVER : 'no-cache',
  };
}

function respondWith(
  file: StaticFile,
  request: { readonly encodings: string; readonly ifNoneMatch: string },
): Response {
  const headers: Record<string, string> = {
    'cache-control': file.cacheControl,
    etag: file.etag,
    vary: 'accept-encoding',
  };
  if (request.ifNoneMatch.split(/,\s*/).includes(file.etag))
    return new Response(null, { status: 304, headers });
  headers['content-type'] = file.type;
  if (file.gzip === null || !/\bgzip\b/.test(request.encodings)) return new Response(file.body, { headers });
  headers['content-encoding'] = 'gzip';
  return new Response(file.gzip, { headers });
}
