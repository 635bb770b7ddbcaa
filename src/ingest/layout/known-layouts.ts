import {
  DEFAULT_FORMAT,
  type Field,
  fieldByName,
  fieldsOf,
  type Layout,
  layoutKey,
  layoutOfFields,
  TGW_DEFAULT_FORMAT,
} from '../../record/index.ts';

/** A layout that files without a header are held against, and what to call it. */
export interface KnownLayout {
  readonly layout: Layout;
  readonly title: string;
}

/** Formats in AWS's documentation and in the console's suggestions, as names in order. */
const DOCUMENTED: readonly (readonly [title: string, names: string])[] = [
  [
    'the TCP flag example of the AWS documentation',
    'version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags log-status',
  ],
  [
    'the service name example of the AWS documentation',
    'version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status',
  ],
  [
    'the transit gateway example of the AWS documentation',
    'version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status',
  ],
  [
    'the NAT gateway example of the AWS documentation',
    'instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr',
  ],
  [
    'the regional NAT gateway example of the AWS documentation',
    'resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr',
  ],
  [
    'the encryption example of the AWS documentation',
    'encryption-status srcaddr dstaddr srcport dstport protocol traffic-path flow-direction reject-reason',
  ],
];

/** Highest field versions of which people take all fields. */
const STEPS = [3, 4, 5, 7, 8, 9, 10, 11];

/** Every layout that is expected without a header. The default format first. */
export const KNOWN_LAYOUTS: readonly KnownLayout[] = collect();

function collect(): readonly KnownLayout[] {
  const all: KnownLayout[] = [];
  const seen = new Set<string>();
  const add = (title: string, fields: readonly Field[]): void => {
    const layout = layoutOfFields(fields);
    if (seen.has(layoutKey(layout))) return;
    seen.add(layoutKey(layout));
    all.push({ layout, title });
  };
  const addBoth = (title: string, fields: readonly Field[]): void => {
    add(title, fields);
    add(`${title}, in alphabetical order`, alphabetical(fields));
  };
  addBoth('the default format', DEFAULT_FORMAT);
  for (const step of STEPS) {
    addBoth(
      `all fields up to version ${step}`,
      fieldsOf('vpc').filter((field) => field.version <= step),
    );
  }
  const v5 = fieldsOf('vpc').filter((field) => field.version <= 5);
  for (const step of STEPS.filter((version) => version > 5)) {
    const added = fieldsOf('vpc').filter((field) => field.version === step);
    addBoth(`all fields up to version 5 and those of version ${step}`, [...v5, ...added]);
    addBoth(`the default format and the fields of version ${step}`, [...DEFAULT_FORMAT, ...added]);
  }
  addBoth('the default format of transit gateways', TGW_DEFAULT_FORMAT);
  for (const [title, names] of DOCUMENTED)
    add(
      title,
      names.split(' ').flatMap((name) => fieldByName(name) ?? []),
    );
  return all;
}

/** Fields in the order of their names: formats built in the console come out like this. */
export function alphabetical(fields: readonly Field[]): readonly Field[] {
  return [...fields].sort((a, b) => (a.name < b.name ? -1 : 1));
}
