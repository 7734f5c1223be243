import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Repository } from '../storage/repository.ts';

/** The requests of the distribution specification, each with the ECR permission it takes. */
const actions = {
  Base: undefined,
  ListRepositories: 'ecr:DescribeRepositories',
  ListTags: 'ecr:ListImages',
  ListReferrers: 'ecr:BatchGetImage',
  HeadManifest: 'ecr:BatchGetImage',
  GetManifest: 'ecr:BatchGetImage',
  PutManifest: 'ecr:PutImage',
  DeleteManifest: 'ecr:BatchDeleteImage',
  HeadBlob: 'ecr:BatchCheckLayerAvailability',
  GetBlob: 'ecr:GetDownloadUrlForLayer',
  DeleteBlob: 'ecr:BatchDeleteImage',
  StartUpload: 'ecr:InitiateLayerUpload',
  GetUpload: 'ecr:UploadLayerPart',
  PatchUpload: 'ecr:UploadLayerPart',
  PutUpload: 'ecr:CompleteLayerUpload',
  CancelUpload: 'ecr:InitiateLayerUpload',
} as const;

export type RegistryOperation = keyof typeof actions;
export const actionOf = (operation: RegistryOperation): string | undefined => actions[operation];

export interface Route {
  readonly operation: RegistryOperation;
  readonly repository: string;
  /** Tag, digest or upload id. */
  readonly reference: string;
}

const table: readonly [RegExp, Readonly<Record<string, RegistryOperation>>][] = [
  [/^\/v2\/?$/, { GET: 'Base', HEAD: 'Base' }],
  [/^\/v2\/_catalog$/, { GET: 'ListRepositories' }],
  [/^\/v2\/(?<repository>.+)\/tags\/list$/, { GET: 'ListTags' }],
  [/^\/v2\/(?<repository>.+)\/referrers\/(?<reference>[^/]+)$/, { GET: 'ListReferrers' }],
  [
    /^\/v2\/(?<repository>.+)\/manifests\/(?<reference>[^/]+)$/,
    { GET: 'GetManifest', HEAD: 'HeadManifest', PUT: 'PutManifest', DELETE: 'DeleteManifest' },
  ],
  [/^\/v2\/(?<repository>.+)\/blobs\/uploads\/?$/, { POST: 'StartUpload' }],
  [
    /^\/v2\/(?<repository>.+)\/blobs\/uploads\/(?<reference>[\w-]+)$/,
    { GET: 'GetUpload', PATCH: 'PatchUpload', PUT: 'PutUpload', DELETE: 'CancelUpload' },
  ],
  [
    /^\/v2\/(?<repository>.+)\/blobs\/(?<reference>[^/]+)$/,
    { GET: 'GetBlob', HEAD: 'HeadBlob', DELETE: 'DeleteBlob' },
  ],
];

/** What a request asks for; `unsupported` for a path that has no such method. */
export function routeOf(method: string, path: string): Route | 'unknown' | 'unsupported' {
  for (const [pattern, methods] of table) {
    const match = pattern.exec(path);
    if (!match) continue;
    const operation = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (!operation) return 'unsupported';
    return {
      operation,
      repository: match.groups?.repository ?? '',
      reference: match.groups?.reference ?? '',
    };
  }
  return 'unknown';
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream comes with its Content-Length in the headers. */
  readonly body?: string | Readable;
}

/** What the handler of a route works with. */
export interface RouteRequest {
  readonly route: Route;
  readonly repository: Repository;
  readonly query: URLSearchParams;
  readonly message: IncomingMessage;
  readonly blobs: BlobStore;
  readonly now: number;
  /** The repository, if the caller may read blobs from it. */
  readable(name: string): Repository | undefined;
  changed(): void;
  /** Told of each push, so that a scan can start. */
  pushed(repository: Repository, digest: string): void;
}
