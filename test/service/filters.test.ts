import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilters } from '../../src/service/filters.ts';

const passes = (pattern: string, value: string): boolean =>
  compileFilters([{ name: 'name', values: [pattern] }], {
    name: (thing: { name: string; tags: [] }) => [thing.name],
  })({
    name: value,
    tags: [],
  });

describe('filter patterns', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'ABC', false],
    ['a*', 'abc', true],
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*b*c', 'aXbXbXc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['a\\\\b', 'a\\b', true],
    ['a.c', 'abc', false],
    ['*.c', 'x.c', true],
    ['[a]*', '[a]b', true],
  ])('%s on %s: %s', (pattern, value, expected) => expect(passes(pattern, value)).toBe(expected));

  it('agrees with a regular expression', () => {
    const letters = fc
      .array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 })
      .map((all) => all.join(''));
    const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 }).map((all) => all.join(''));
    fc.assert(
      fc.property(letters, texts, (pattern, value) => {
        const twin = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(passes(pattern, value)).toBe(twin.test(value));
      }),
    );
  });

  it('many stars take no time', () => {
    const started = performance.now();
    expect(passes(`${'*a'.repeat(60)}b`, 'a'.repeat(250))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
