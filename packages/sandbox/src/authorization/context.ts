import type { Conditions } from '../api/aws-service.ts';
import type { Principal } from './principals.ts';

/** What AWS knows of a request without looking at what it is about. */
export interface Circumstances {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly region: string;
  readonly partition: string;
}

/**
 * The global condition keys of a request by this principal. To IAM the sandbox is what it stands for: reached with TLS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function contextOf(principal: Principal, { now, region, partition }: Circumstances): Conditions {
  const { arn, accountId, userId } = principal;
  const user = /:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  const session = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  return {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalArn': session === undefined ? arn : `arn:${partition}:iam::${accountId}:role/${session}`,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalType': session === undefined ? 'User' : 'AssumedRole',
    'aws:RequestedRegion': region,
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:ViaAWSService': 'false',
    'aws:userid': userId,
    ...(user !== undefined && { 'aws:username': user }),
  };
}

/** The tags that a request gives or takes away, in the spelling of its API. */
export function requestTags(input: unknown): Conditions {
  const given = (input ?? {}) as Readonly<Record<string, unknown>>;
  const tags = listOf(given.tags ?? given.Tags).map(({ key, Key, value, Value }) => [
    String(key ?? Key ?? ''),
    String(value ?? Value ?? ''),
  ]);
  const keys = [...tags.map(([key]) => key!), ...listOf(given.tagKeys ?? given.TagKeys).map(String)];
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value!])),
    ...(keys.length > 0 && { 'aws:TagKeys': keys }),
  };
}

/** The tags of what a request is about. */
export const resourceTags = (tags: Readonly<Record<string, string>>): Conditions =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

// biome-ignore lint/suspicious/noExplicitAny: whatever the client sent
const listOf = (value: unknown): readonly any[] => (Array.isArray(value) ? value : []);
