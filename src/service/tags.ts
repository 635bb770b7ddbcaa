import { awsError, type Ec2Parameters } from '../aws/index.ts';
import type { Tag } from './flow-log.ts';

const MAX_KEY_LENGTH = 127;
const MAX_VALUE_LENGTH = 256;
/** Most tags on one resource. Source: EC2 guide, tag restrictions. */
const MAX_TAGS = 50;

/** Reads `Tag.N.Key` and `Tag.N.Value`; a missing value is an empty one. */
export function readTags(parameters: Ec2Parameters): readonly Tag[] {
  return parameters
    .structures('Tag')
    .map((each) => ({ key: each.text('Key') ?? '', value: each.text('Value') ?? '' }));
}

/**
 * Throws when a tag cannot be set: no key or one that is too long, a value too long, the reserved prefix `aws:`, a key
 * twice. Lengths are characters. Errors: `InvalidParameterValue`, `InvalidTagKey.Malformed`.
 */
export function assertTags(tags: readonly Tag[]): void {
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    if (key === '') throw awsError('InvalidTagKey.Malformed', 'The tag key is missing or empty.');
    if (/^aws:/i.test(key)) {
      throw awsError('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
    }
    if ([...key].length > MAX_KEY_LENGTH) {
      throw awsError(
        'InvalidParameterValue',
        `Tag key exceeds the maximum length of ${MAX_KEY_LENGTH} characters`,
      );
    }
    if ([...value].length > MAX_VALUE_LENGTH) {
      throw awsError(
        'InvalidParameterValue',
        `Tag value exceeds the maximum length of ${MAX_VALUE_LENGTH} characters`,
      );
    }
    if (seen.has(key)) throw awsError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    seen.add(key);
  }
  if (tags.length > MAX_TAGS) throw tooMany();
}

/** The tags after setting some, sorted by key. Errors: `TagLimitExceeded` above 50. */
export function withTags(existing: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const byKey = new Map([...existing, ...added].map((tag) => [tag.key, tag]));
  if (byKey.size > MAX_TAGS) throw tooMany();
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A tag to take away: by key alone when `value` is undefined, else only while it has this value. */
export interface TagRemoval {
  readonly key: string;
  readonly value: string | undefined;
}

/** The tags left after taking some away; no removals means all of them, as on AWS. */
export function withoutTags(existing: readonly Tag[], removals: readonly TagRemoval[]): readonly Tag[] {
  if (removals.length === 0) return [];
  const isRemoved = (tag: Tag): boolean =>
    removals.some(({ key, value }) => key === tag.key && (value === undefined || value === tag.value));
  return existing.filter((tag) => !isRemoved(tag));
}

function tooMany(): Error {
  return awsError(
    'TagLimitExceeded',
    `The maximum number of Tags for a resource has been reached: ${MAX_TAGS}.`,
  );
}
