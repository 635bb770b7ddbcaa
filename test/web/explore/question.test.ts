import { describe, expect, it } from 'vitest';
import { findCommandLine } from '../../../web/src/command-line.ts';
import { questionOf, requestBody, shownCount } from '../../../web/src/explore/question.ts';
import type { ViewProps } from '../../../web/src/view.ts';

const range = {
  startSeconds: 1_773_482_400,
  endSeconds: 1_773_484_200,
  bucketSeconds: 300,
  asked: { from: 1_773_482_400, to: 1_773_484_200 },
  label: () => '',
};

function viewOf(href: string): ViewProps {
  const url = new URL(href, 'http://weir.invalid');
  const address = { path: url.pathname, parameters: Object.fromEntries(url.searchParams) };
  return { address, range, zone: 'utc', base: '', lake: {} as ViewProps['lake'] };
}

describe('a question of an address', () => {
  it('has defaults for what is absent and for what is nonsense', () => {
    const plain = questionOf(viewOf('/explore'));
    expect(plain).toEqual(questionOf(viewOf('/explore?shape=pie&measure=love&n=lots&compare=never')));
    expect([plain.by, plain.shape, plain.measure.name, plain.compareSeconds]).toEqual([
      ['action'],
      'stacked',
      'bytes',
      null,
    ]);
  });

  it('shows eight groups where colours tell them apart, and all elsewhere', () => {
    expect(shownCount(questionOf(viewOf('/explore?n=40')))).toBe(8);
    expect(shownCount(questionOf(viewOf('/explore?n=40&shape=heatmap')))).toBe(40);
  });

  it('compares on the grid of the slices', () => {
    const question = questionOf(viewOf('/explore?compare=week&by=srcaddr'));
    expect(question.compareSeconds).toBe(7 * 86_400);
    expect(requestBody(question, viewOf('/explore?where=dstport+%3D+22'))).toEqual({
      from: '1773482400',
      to: '1773484200',
      where: 'dstport = 22',
      by: ['srcaddr'],
      measures: ['bytes'],
      bucketSeconds: 300,
      compareSeconds: 604_800,
      limit: 8,
      other: true,
    });
  });

  it('asks for no slices where time plays no part', () => {
    const view = viewOf('/explore?shape=sankey&by=srcaddr,dstaddr');
    expect(requestBody(questionOf(view), view)).not.toHaveProperty('bucketSeconds');
  });
});

it('a command line holds any filter', () => {
  expect(
    findCommandLine({
      where: `vpc_id = 'it''s' and bytes > 10MB`,
      by: ['srcaddr'],
      measures: ['bytes'],
      everySeconds: 300,
      count: 8,
      startSeconds: range.startSeconds,
      endSeconds: range.endSeconds,
    }),
  ).toBe(
    `weir find 'vpc_id = '\\''it'\\'''\\''s'\\'' and bytes > 10MB' --by srcaddr --sum bytes --every 300s -n 8 --since 2026-03-14T10:00:00Z --until 2026-03-14T10:30:00Z`,
  );
});
