/** What is met beside flow logs of AWS, and how it is known. */
const FOREIGN: readonly (readonly [name: string, sign: RegExp])[] = [
  ['flow logs of Azure', /"(?:NetworkSecurityGroupFlowEvent|FlowLogFlowEvent|flowLogVersion)"/],
  [
    'flow logs of Google Cloud',
    /"(?:src_vpc|dest_vpc|src_gateway)"|compute\.googleapis\.com%2Fvpc_flows|"dest_ip"\s*:[\s\S]*"src_ip"|"src_ip"\s*:[\s\S]*"dest_ip"/,
  ],
  ['events in OCSF', /"(?:class_uid|type_uid)"\s*:\s*\d/],
  [
    'records of a Kubernetes or NetFlow collector',
    /"(?:TimeFlowStartMs|TimeFlowStart|FlowDirection|K8S_Cluster[A-Za-z]*)"\s*:/,
  ],
  ['Route 53 resolver query logs', /"query_name"\s*:/],
  ['CloudTrail events', /"eventSource"\s*:\s*"[a-z0-9.-]+\.amazonaws\.com"/],
  ['a log of Zeek', /^#separator /],
];

/** What text without flow log records is, as far as its beginning tells; null when nothing is known of it. */
export function foreignKindOf(head: Uint8Array): string | null {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 16 * 1024)).toString('latin1');
  return FOREIGN.find(([, sign]) => sign.test(text))?.[0] ?? null;
}
