import { describe, expect, it } from 'vitest';
import { bearerToken, createAttemptLimiter, isSameSecret, refusalOf } from '../../src/api/guards.ts';
import { checkApiConfig, defaultApiConfig } from '../../src/api/index.ts';

const facts = { host: '127.0.0.1:4700', origin: null, fetchSite: null };

describe('Host', () => {
  it.each([
    ['127.0.0.1:4700', null],
    ['localhost:4700', null],
    ['localhost', null],
    ['weir.localhost:4700', null],
    ['[::1]:4700', null],
    ['10.0.3.7:8080', null],
    ['weir.example.net:4700', null],
    ['WEIR.example.net', null],
    ['evil.example:4700', 'host'],
    ['127.0.0.1.evil.example', 'host'],
    ['localhost.evil.example', 'host'],
    ['', 'host'],
    ['127.0.0.1:4700@evil.example', 'host'],
    ['127.0.0.1 evil', 'host'],
  ])('%s', (host, expected) => {
    expect(refusalOf({ ...facts, host }, ['weir.example.net'])?.kind ?? null).toBe(expected);
  });
});

describe('Origin', () => {
  it.each([
    ['http://127.0.0.1:4700', null, null],
    ['http://127.0.0.1:4701', null, 'origin'],
    ['http://localhost:4700', null, 'origin'],
    ['https://evil.example', null, 'origin'],
    ['null', null, 'origin'],
    [null, 'same-origin', null],
    [null, 'none', null],
    [null, 'same-site', 'origin'],
    [null, 'cross-site', 'origin'],
    ['http://127.0.0.1:4700', 'cross-site', 'origin'],
  ])('origin %s, fetch site %s', (origin, fetchSite, expected) => {
    expect(refusalOf({ ...facts, origin, fetchSite }, [])?.kind ?? null).toBe(expected);
  });
});

describe('token', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['Bearer  abc', null],
    ['Bearer a b', null],
    ['Basic abc', null],
    ['', null],
    [null, null],
  ])('%s', (header, expected) => {
    expect(bearerToken(header)).toBe(expected);
  });

  it('compares texts of any length', () => {
    expect(isSameSecret('a', 'a')).toBe(true);
    expect(isSameSecret('a', 'b')).toBe(false);
    expect(isSameSecret('', 'a')).toBe(false);
    expect(isSameSecret('aaaa', 'a')).toBe(false);
  });

  it('lets nobody guess more than so often a minute, each caller for itself', () => {
    let now = 1000;
    const limiter = createAttemptLimiter({ attempts: 3, windowSeconds: 60 }, () => now);
    for (let i = 0; i < 3; i++) limiter.fail('10.0.0.1');
    expect(limiter.waitSeconds('10.0.0.1')).toBe(60);
    expect(limiter.waitSeconds('10.0.0.2')).toBe(0);
    now += 59;
    expect(limiter.waitSeconds('10.0.0.1')).toBe(1);
    now += 1;
    expect(limiter.waitSeconds('10.0.0.1')).toBe(0);
  });

  it('counts callers beyond the first ten thousand together', () => {
    const limiter = createAttemptLimiter({ attempts: 3, windowSeconds: 60 }, () => 0);
    for (let i = 0; i < 10_000; i++) limiter.fail(`caller ${i}`);
    for (let i = 0; i < 3; i++) limiter.fail(`late caller ${i}`);
    expect(limiter.waitSeconds('another')).toBe(60);
    expect(limiter.waitSeconds('caller 1')).toBe(0);
  });
});

describe('config', () => {
  const token = '0123456789abcdef';
  it.each([
    [{}, 0],
    [{ host: '127.0.0.2' }, 0],
    [{ host: '::1' }, 0],
    [{ host: 'localhost' }, 0],
    [{ host: '0.0.0.0' }, 1],
    [{ host: '::' }, 1],
    [{ host: '127.0.0.1.example.net' }, 1],
    [{ host: '0.0.0.0', token }, 0],
    [{ token: 'short' }, 1],
    [{ host: '0.0.0.0', token: 'short', port: 70_000 }, 2],
  ])('%j has %i problems', (change, count) => {
    expect(checkApiConfig({ ...defaultApiConfig, ...change })).toHaveLength(count);
  });
});
