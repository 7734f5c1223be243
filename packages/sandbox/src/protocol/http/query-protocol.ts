import type { AwsFault } from '../../api/aws-service.ts';

/** AWS Query: a form in, XML out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const xmlContentType = 'text/xml';

export interface QueryRequest {
  readonly action: string;
  readonly version: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. */
export function readQuery(form: URLSearchParams): QueryRequest {
  const root: Record<string, unknown> = Object.create(null);
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue;
    const path = name.split('.');
    let at = root;
    for (const step of path.slice(0, -1)) {
      if (typeof at[step] !== 'object' || at[step] === null) at[step] = Object.create(null);
      at = at[step] as typeof root;
    }
    at[path.at(-1)!] = value;
  }
  return {
    action: form.get('Action') ?? '',
    version: form.get('Version') ?? '',
    input: plain(root) as Record<string, unknown>,
  };
}

function plain(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node);
  if (entries.length === 1 && entries[0]![0] === 'member') {
    const members = entries[0]![1];
    if (typeof members !== 'object' || members === null) return [members];
    return Object.entries(members as object)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, item]) => plain(item));
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
}

const escapeXml = (text: string) =>
  text.replaceAll(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A list is an element with its members, or `flat`: its items one after the other, each under its name. */
export function writeXml(name: string, value: unknown, lists: 'member' | 'flat' = 'member'): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return `<${name}>${value.toISOString().replace(/\.\d+Z$/, 'Z')}</${name}>`;
  if (Array.isArray(value)) {
    const items = (item: string) => value.map((one) => writeXml(item, one, lists)).join('');
    return lists === 'flat' ? items(name) : `<${name}>${items('member')}</${name}>`;
  }
  if (typeof value === 'object') {
    return `<${name}>${Object.entries(value)
      .map(([key, item]) => writeXml(key, item, lists))
      .join('')}</${name}>`;
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

export const writeQuery = (action: string, answer: unknown, requestId: string): string =>
  `<${action}Response xmlns="${namespace}">${writeXml(`${action}Result`, answer)}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;

/** The same failures under the names that the query services give them. */
const queryNames: Readonly<Record<string, { code: string; status: number }>> = {
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 403 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
  ExpiredTokenException: { code: 'ExpiredToken', status: 403 },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  ThrottlingException: { code: 'Throttling', status: 400 },
  UnknownOperationException: { code: 'InvalidAction', status: 400 },
};

export const asQueryError = (error: AwsFault): { code: string; status: number } =>
  queryNames[error.code] ?? { code: error.code, status: error.status };

export function writeQueryError(error: AwsFault, requestId: string): string {
  const { code, status } = asQueryError(error);
  return `<ErrorResponse xmlns="${namespace}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}
