import type { ErrorCode } from '../../errors/catalogue.ts';
import { isLandfallError, type LandfallError } from '../../errors/landfall-error.ts';

/** What a registry, or Docker on its behalf, said when it refused. */
export interface RefusalFacts {
  /** HTTP status, where it is known. */
  readonly status?: number;
  /** OCI error codes (`DENIED`, `NAME_UNKNOWN`, …), where they are known. */
  readonly codes?: readonly string[];
  readonly text: string;
}

export interface Refusal {
  readonly code: ErrorCode;
  /** Whether the same request may succeed a moment later. */
  readonly transient: boolean;
  readonly remedy?: string;
}

interface Row extends Refusal {
  readonly statuses?: readonly number[];
  readonly codes?: readonly string[];
  readonly pattern: RegExp;
}

/**
 * First match wins. The texts are those of docker, containerd, BuildKit, ECR, Docker Hub and Harbor; the codes
 * are the OCI distribution spec's, the statuses come last because some registries answer 400 for everything.
 */
const rows: readonly Row[] = [
  {
    code: 'DOCKER_UNREACHABLE',
    transient: false,
    pattern:
      /cannot connect to the docker daemon|error during connect|is the docker daemon running|docker\.sock|failed to connect to the docker api/i,
  },
  { code: 'DISK_FULL', transient: false, pattern: /no space left on device|disk quota exceeded/i },
  {
    code: 'TAG_IMMUTABLE',
    transient: false,
    // Never the bare word: a repository may be called "immutable".
    pattern:
      /tags? (?:is|are) immutable|immutable tag|due to immutable|configured as immutable|Image(?:Tag)?AlreadyExists|cannot be overwritten/i,
  },
  {
    code: 'CREDENTIALS_EXPIRED',
    transient: false,
    remedy: 'Log in to the registry again, right before the push; an ECR login is valid for 12 hours.',
    pattern: /authorization token has expired|token (?:has |is )?expired/i,
  },
  {
    code: 'REPOSITORY_MISSING',
    transient: false,
    codes: ['NAME_UNKNOWN'],
    pattern: /name unknown|NAME_UNKNOWN|repository .{0,300}(?:does not exist|not found)|RepositoryNotFound/i,
  },
  {
    code: 'PUSH_DENIED',
    transient: false,
    remedy: 'Log in to this registry before the push (for ECR, ecr-login does that).',
    statuses: [401],
    codes: ['UNAUTHORIZED'],
    pattern: /no basic auth credentials|unauthorized|401 Unauthorized|authentication required/i,
  },
  {
    code: 'PUSH_FAILED',
    transient: true,
    remedy: 'The registry is rate limiting: run the step again later.',
    statuses: [429],
    codes: ['TOOMANYREQUESTS'],
    pattern: /too ?many ?requests|\b429 [A-Z]|rate exceeded|throttl/i,
  },
  {
    code: 'PUSH_DENIED',
    transient: false,
    statuses: [403],
    codes: ['DENIED'],
    pattern: /\bdenied\b|403 Forbidden|not authorized/i,
  },
  {
    code: 'PUSH_FAILED',
    transient: false,
    remedy:
      'Something in front of the registry rejects requests of this size: raise its limit (nginx: client_max_body_size), or make the largest layer smaller.',
    statuses: [413],
    pattern: /413 (?:Request Entity|Payload|Content) Too Large/i,
  },
  {
    code: 'PUSH_FAILED',
    transient: false,
    remedy:
      'The registry rejects this image, and will reject it again: compare its message with its limits, and build without attestations or with `outputs: type=image,oci-mediatypes=false` if it is an old registry.',
    statuses: [400, 415],
    codes: ['MANIFEST_INVALID', 'NAME_INVALID', 'SIZE_INVALID', 'DIGEST_INVALID', 'UNSUPPORTED'],
    pattern:
      /manifest invalid|invalid (?:repository )?name|\b(?:400 Bad Request|415 Unsupported)|invalid parameter at|unsupported/i,
  },
  {
    code: 'PUSH_FAILED',
    transient: true,
    statuses: [500, 502, 503, 504, 408],
    pattern:
      /\b(?:500|502|503|504) [A-Z]|internal server error|bad gateway|service unavailable|gateway time-?out|unexpected EOF|\bEOF\b|connection (?:reset|refused)|broken pipe|i\/o timeout|TLS handshake timeout|timeout exceeded|deadline exceeded|temporary failure|use of closed network|ECONNRESET|ETIMEDOUT|EPIPE|EAI_AGAIN|socket hang up/i,
  },
];

const deniedRemedy = (text: string) => allowAction(text) ?? (lookRefused.test(text) ? mayLook : undefined);

/** ECR names the action that the caller lacks, and what forbids it. */
function allowAction(text: string): string | undefined {
  const [, action] = /not authorized to perform: (ecr(?:-public)?:[A-Za-z]{1,60})\b/.exec(text) ?? [];
  if (action === undefined) return undefined;
  return / with an explicit deny/.test(text)
    ? `A policy denies ${action} explicitly: use the message to find it among the policies of the role, the repository, the endpoint and the organization.`
    : `Allow ${action} on this repository to the role of this job; a repository in another account must also allow it in its own policy.`;
}

/**
 * For a caller who may not check whether a layer exists: the response to HEAD has no text that would name the
 * action.
 */
export const mayLook =
  'Log in to this registry first, with permission to check which layers this repository holds (for ECR: ecr:BatchCheckLayerAvailability).';

/** In the words of docker, and of containerd and BuildKit. */
const lookRefused =
  /error parsing HTTP 403 response body: unexpected end of JSON input: ""|HEAD request to \S+\/blobs\/\S+: 403\b/;

/** How docker prints a response without a reason: the page of a proxy, or nothing. */
const statusIn = (text: string): number | undefined => {
  const [, found] = /error parsing HTTP (\d{3}) response body/.exec(text) ?? [];
  return found === undefined ? undefined : Number(found);
};

export function refusalOf({ codes = [], text, status = statusIn(text) }: RefusalFacts): Refusal {
  const row =
    rows.find((one) => one.codes?.some((code) => codes.includes(code)) || one.pattern.test(text)) ??
    rows.find((one) => status !== undefined && one.statuses?.includes(status));
  if (row) {
    const remedy = row.remedy ?? (row.code === 'PUSH_DENIED' ? deniedRemedy(text) : undefined);
    return { code: row.code, transient: row.transient, ...(remedy !== undefined && { remedy }) };
  }
  if (status === 404) return { code: 'REPOSITORY_MISSING', transient: false };
  return { code: 'PUSH_FAILED', transient: false };
}

/**
 * Whether a registry cannot be read by this job: to push is one permission and to read another, and Docker Hub counts
 * reads against a limit (429) that a push does not meet.
 */
export const isUnreadable = (thrown: unknown): thrown is LandfallError =>
  isLandfallError(thrown, 'PUSH_DENIED') ||
  isLandfallError(thrown, 'ENDPOINT_UNREACHABLE') ||
  (isLandfallError(thrown) && thrown.facts.status === 429);
