import { mkdirSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readStaticFiles } from '../../src/api/static-files.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
mkdirSync(`${directory}/web/assets`, { recursive: true });
writeFileSync(`${directory}/secret.txt`, 'secret');
writeFileSync(`${directory}/web/index.html`, `<title>Weir</title>${' '.repeat(500)}`);
writeFileSync(`${directory}/web/assets/index-abc.js`, 'x'.repeat(2000));
writeFileSync(`${directory}/web/notes.exe`, 'never served');

const files = readStaticFiles(`${directory}/web`);
const html = { accept: 'text/html,*/*', encodings: '', ifNoneMatch: '' };
const any = { accept: '*/*', encodings: '', ifNoneMatch: '' };

describe('static files', () => {
  it('serves hashed assets for ever and the page only after asking', async () => {
    const asset = files.respond('/assets/index-abc.js', any);
    expect(asset?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset?.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(files.respond('/index.html', any)?.headers.get('cache-control')).toBe('no-cache');
  });

  it('answers views with the page, to browsers only', async () => {
    expect(await files.respond('/explore', html)?.text()).toContain('Weir');
    expect(await files.respond('/address/10.0.3.7', html)?.text()).toContain('Weir');
    expect(files.respond('/assets/gone.js', html)).toBeNull();
    expect(files.respond('/icon.svg', html)).toBeNull();
    expect(files.respond('/explore', any)).toBeNull();
    expect(await files.respond('/', any)?.text()).toContain('Weir');
    expect(files.respond('/api/nothing', html)).toBeNull();
  });

  it('compresses what becomes smaller, for those who take it', async () => {
    const response = files.respond('/assets/index-abc.js', { ...any, encodings: 'gzip, br' });
    expect(response?.headers.get('content-encoding')).toBe('gzip');
    const bytes = Buffer.from((await response?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(gunzipSync(bytes).toString()).toBe('x'.repeat(2000));
    expect(files.respond('/assets/index-abc.js', any)?.headers.get('content-encoding')).toBeNull();
  });

  it('says 304 to who has it', () => {
    const etag = files.respond('/', html)?.headers.get('etag') ?? '';
    const response = files.respond('/', { ...html, ifNoneMatch: `"other", ${etag}` });
    expect(response?.status).toBe(304);
  });

  it.each(['/../secret.txt', '/assets/../../secret.txt', '//secret.txt', '/%2e%2e/secret.txt', '/notes.exe'])(
    'has no %s',
    (path) => {
      expect(files.respond(path, any)).toBeNull();
    },
  );

  it('has nothing without a console', () => {
    expect(readStaticFiles(null).respond('/', html)).toBeNull();
    expect(readStaticFiles(`${directory}/missing`).count).toBe(0);
  });
});
