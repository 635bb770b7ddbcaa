import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/api/index.ts';
import { layOut } from '../../web/src/network/layout.ts';
import { OTHER, pictureOf } from '../../web/src/network/picture.ts';

type Node = Network['nodes'][number];
type Edge = Network['edges'][number];

const sums = (bytes: number, rejects = 0) => ({ bytes, packets: bytes, flows: 1 + rejects, rejects });
const edge = (from: string, to: string, bytes: number, rejects = 0): Edge => ({
  from,
  to,
  sums: sums(bytes, rejects),
});

/** An answer whose nodes add up, as the API's do. */
function networkOf(edges: readonly Edge[]): Network {
  const total = (some: readonly Edge[]) =>
    some.reduce(
      (all, { sums: one }) => ({
        bytes: all.bytes + Number(one.bytes),
        packets: all.packets + Number(one.packets),
        flows: all.flows + Number(one.flows),
        rejects: all.rejects + Number(one.rejects),
      }),
      { bytes: 0, packets: 0, flows: 0, rejects: 0 },
    );
  const ids = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const nodes = ids.map(
    (id): Node => ({
      id,
      kind: id === 'internet' ? 'internet' : 'block',
      name: id,
      cidrs: [id],
      sourceFilter: `srcaddr in (${id})`,
      destinationFilter: `dstaddr in (${id})`,
      sent: total(edges.filter(({ from }) => from === id)),
      received: total(edges.filter(({ to }) => to === id)),
    }),
  );
  return {
    range: { startSeconds: 0, endSeconds: 1 },
    nodes,
    edges: [...edges],
    other: { edges: 0, sums: sums(0) },
    total: total(edges),
    explain: { table: 'flows', why: '', sql: '', seconds: 0 },
  };
}

const EDGES = [
  edge('10.0.2.0/24', '10.0.10.0/24', 100),
  edge('10.0.10.0/24', 'internet', 50),
  edge('internet', '10.0.2.0/24', 5, 9),
  edge('10.0.2.0/24', '2600:1f18::/64', 4),
  edge('10.9.0.0/24', '10.8.0.0/24', 3),
  edge('10.9.0.0/24', '10.0.2.0/24', 2),
];

describe('pictureOf', () => {
  it('orders by address, the outside last, and keeps every byte', () => {
    const picture = pictureOf(networkOf(EDGES), 'bytes', 3);
    expect(picture.nodes.map(({ id }) => id)).toEqual(['10.0.2.0/24', '10.0.10.0/24', 'internet', OTHER]);
    expect(picture.folded).toBe(3);
    expect(picture.edges.reduce((sum, one) => sum + one.sums.bytes, 0)).toBe(picture.total.bytes);
    expect(picture.edges.find(({ from, to }) => from === OTHER && to === OTHER)?.sums.bytes).toBe(3);
    expect(picture.edges.find(({ from }) => from === '10.0.2.0/24')?.sums.bytes).toBe(100);
  });

  it('shows only what was rejected when asked, and no Other that is empty', () => {
    const picture = pictureOf(networkOf(EDGES), 'rejects', 3);
    expect(picture.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(['internet 10.0.2.0/24']);
    expect(picture.nodes.some(({ id }) => id === OTHER)).toBe(false);
  });
});

describe('layOut', () => {
  it('gives the same places to the same nodes, whatever they sent', () => {
    const heavy = EDGES.map((one, index) => edge(one.from, one.to, 1000 * (index + 1)));
    const [first, second] = [EDGES, heavy].map((edges) =>
      layOut(pictureOf(networkOf(edges), 'bytes', 20), 'bytes', 900),
    );
    const places = (layout: typeof first) => layout?.nodes.map(({ node, x, y }) => [node.id, x, y]);
    expect(places(first)).toEqual(places(second));
    expect(first?.edges.length).toBe(EDGES.length);
  });

  it('writes no label on another', () => {
    const many = Array.from({ length: 24 }, (_, index) => edge(`10.0.${index}.0/24`, 'internet', index + 1));
    const { nodes, height } = layOut(pictureOf(networkOf(many), 'bytes', 24), 'bytes', 900);
    for (const { labelY } of nodes) expect(Math.abs(labelY - height / 2)).toBeLessThan(height / 2 - 10);
    for (const a of nodes)
      for (const b of nodes)
        if (a !== b && a.anchor === b.anchor && Math.abs(a.labelX - b.labelX) < 100)
          expect(Math.abs(a.labelY - b.labelY), `${a.node.id} ${b.node.id}`).toBeGreaterThan(26);
  });

  it('keeps everything inside, also for one node alone', () => {
    for (const edges of [[edge('10.0.0.0/24', '10.0.0.0/24', 1)], EDGES]) {
      const {
        nodes,
        width,
        height,
        edges: lines,
      } = layOut(pictureOf(networkOf(edges), 'bytes', 20), 'bytes', 600);
      for (const { x, y } of nodes) {
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(width);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(height);
      }
      expect(lines.map(({ path, head }) => path + head).join()).not.toContain('NaN');
    }
  });
});
