// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import {
  deleteQuery,
  exportQueries,
  importQueries,
  queryParameters,
  renameQuery,
  savedQueries,
  saveQuery,
} from '../../../web/src/query/saved.ts';

const query = (name: string, text: string) => ({ name, text, language: 'sql', range: { last: '24h' } });
beforeEach(() => localStorage.clear());

describe('saved queries', () => {
  it('are replaced by name, renamed unless the name is taken, deleted and put back', () => {
    saveQuery(query('b', 'SELECT 2'));
    saveQuery(query('a', 'SELECT 1'));
    saveQuery(query('b', 'SELECT 3'));
    expect(savedQueries().map(({ name, text }) => `${name} ${text}`)).toEqual(['a SELECT 1', 'b SELECT 3']);
    expect(renameQuery('a', 'b')).toBe(false);
    expect(renameQuery('a', 'c')).toBe(true);
    const [gone] = savedQueries();
    deleteQuery('b');
    expect(savedQueries().map(({ name }) => name)).toEqual(['c']);
    if (gone !== undefined) saveQuery(gone);
    expect(savedQueries().map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('come back from a file, without doubles, and another one of the same name gets a number', () => {
    saveQuery(query('a', 'SELECT 1'));
    saveQuery(query('b', 'SELECT 2'));
    const file = exportQueries(savedQueries());
    localStorage.clear();
    saveQuery(query('a', 'SELECT 9'));
    expect(importQueries(file)).toBe(2);
    expect(importQueries(file)).toBe(0);
    expect(savedQueries().map(({ name, text }) => `${name} ${text}`)).toEqual([
      'a SELECT 9',
      'a (2) SELECT 1',
      'b SELECT 2',
    ]);
    expect(savedQueries()[2]).toEqual(query('b', 'SELECT 2'));
  });

  it.each(['', 'no json', '{"kind":"else","queries":[]}', '[]', 'null'])('refuse the file %j', (text) => {
    expect(importQueries(text)).toBeNull();
    expect(savedQueries()).toEqual([]);
  });

  it('survive a store that somebody else wrote into', () => {
    localStorage.setItem('weir.saved', '[1, {"name": "x"}, null]');
    expect(savedQueries()).toEqual([]);
  });

  it('lead to an address with their range and no other', () => {
    expect(queryParameters(query('a', 'SELECT 1'))).toMatchObject({
      q: 'SELECT 1',
      language: 'sql',
      last: '24h',
      from: null,
      to: null,
    });
  });
});
