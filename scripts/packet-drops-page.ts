import { FLOW_DROPS } from '../src/flow/index.ts';
import { DROP_REASONS } from '../src/packet/index.ts';

/** The reference page of drop reasons, from the tables that the decoder and the recorder themselves use. */
export function packetDropsPage(): string {
  return `<!-- Generated from src/packet/drop-reason.ts and src/flow/flow-drop.ts by npm run generate; edits here are lost. -->

# Why a packet was not counted

Every packet of a capture ends as counted or under exactly one of these reasons, so that
\`packets = counted + Σ dropped\` always holds. \`weir record -o json\` prints the reasons that occurred under
\`dropped\`.

## Packets that cannot be read as flows

| reason | meaning |
|---|---|
${DROP_REASONS.map((row) => `| \`${row.name}\` | ${row.meaning} |`).join('\n')}

## Packets that flow logs leave out, or had no room for

| reason | meaning |
|---|---|
${FLOW_DROPS.map((row) => `| \`${row.name}\` | ${row.meaning} |`).join('\n')}

## What is not a drop


- A packet that the capture cut short counts by the length in its IP header, as long as its ports were kept.
- A later fragment counts with the ports of its first one, or with ports 0 when that one is not known.
- A packet whose header claims more bytes than were on the wire counts by its header, and the summary says how many there
  were (\`beyondWire\`): taps slice packets that way.
- Checksums are not checked: with offload, captures hold packets whose checksums are not yet written.
- A record that the end of the capture cuts is not a packet; the summary says where the capture broke off.
`;
}
