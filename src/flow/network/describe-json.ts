/** One object of an answer of the AWS command line. */
export type Json = Readonly<Record<string, unknown>>;

/** Owner, Region (from the zone of something that has one) and tags, as every resource of the model has them. */
export function placeOf(
  one: Json,
  zoned: Json | undefined,
): { account?: string; region?: string; tags: Record<string, string> } {
  return {
    ...some('account', one['OwnerId']),
    ...some('region', regionOf(zoned?.['AvailabilityZone'])),
    tags: tagsOf(one),
  };
}

/** The Region of a zone name: `us-east-1a`, `us-west-2-lax-1a`. */
export function regionOf(zone: unknown): string | undefined {
  return typeof zone === 'string' ? /^[a-z]+(?:-[a-z]+)+?-\d+/.exec(zone)?.[0] : undefined;
}

/** Tags by key. */
export function tagsOf(one: Json, key = 'Tags'): Record<string, string> {
  return Object.fromEntries(list(one, key).map((tag) => [String(tag['Key']), String(tag['Value'])]));
}

/** A list of objects; empty when there is none. */
export function list(one: Json, key: string): readonly Json[] {
  return Array.isArray(one[key]) ? (one[key] as Json[]) : [];
}

/** A text that must be there; the check of the whole model says where it is missing. */
export function text(one: Json, key: string): string {
  return typeof one[key] === 'string' ? one[key] : '';
}

/** The property when it is text with something in it, else nothing. */
export function some<K extends string, V>(key: K, value: V): { readonly [name in K]?: V & string } {
  return (typeof value === 'string' && value !== '' ? { [key]: value } : {}) as { [name in K]?: V & string };
}
