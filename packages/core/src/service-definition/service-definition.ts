import type { CreateServiceRequest, Tag } from '@aws-sdk/client-ecs';
import { isObject } from '../documents/canonical.ts';
import { loadDocument } from '../documents/load-document.ts';
import { apiRequests, apiShapes } from '../ecs/api-model.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { kindOf } from '../task-definition/parse/problems.ts';
import type { World } from '../world/world.ts';
import { checkApiShape, findingSentence } from './check-shape.ts';

/** A service as someone wants it, in the shape of CreateService. A field that is absent is not theirs to set. */
export interface ServiceDefinition {
  /** For messages. */
  readonly path: string;
  readonly serviceName: string | undefined;
  readonly cluster: string | undefined;
  readonly taskDefinition: string | undefined;
  /** All that the service is to have; undefined where they are left as they are. */
  readonly tags: readonly Tag[] | undefined;
  readonly settings: ServiceSettings;
  /** Fields that this version does not know: sent with the others, and not compared. */
  readonly unknown: Readonly<Record<string, unknown>>;
}

type ServiceSettings = Omit<
  CreateServiceRequest,
  'serviceName' | 'cluster' | 'taskDefinition' | 'tags' | 'clientToken'
>;

const request = apiRequests.CreateService.input;
const members = apiShapes[request]?.members ?? {};

/** What DescribeServices prints and CreateService does not take. */
const outputOnlyFields: ReadonlySet<string> = new Set([
  'clusterArn',
  'createdAt',
  'createdBy',
  'currentServiceDeployment',
  'currentServiceRevisions',
  'deployments',
  'events',
  'pendingCount',
  'platformFamily',
  'resourceManagementType',
  'roleArn',
  'runningCount',
  'serviceArn',
  'status',
  'taskSets',
]);

/** @throws PATH_MISSING, PATH_REFUSED, FILE_UNREADABLE, SERVICEDEF_INVALID */
export async function readServiceDefinition(path: string, world: World): Promise<ServiceDefinition> {
  const document = await loadDocument(await world.files.readText(path), path);
  const { definition, notes, warnings } = toServiceDefinition(document, path);
  for (const note of notes) world.host.log.notice(`${path}: ${note}`);
  for (const warning of warnings) world.host.log.warning(`${path}: ${warning}`);
  return definition;
}

/**
 * Any document → a service definition. What `aws ecs describe-services` prints of one service is opened, output-only
 * fields are dropped, everything else is kept, fields that this version does not know too.
 * @throws SERVICEDEF_INVALID with every problem found
 */
export function toServiceDefinition(
  document: unknown,
  path: string,
): {
  readonly definition: ServiceDefinition;
  readonly notes: readonly string[];
  /** Names that this version does not know. */
  readonly warnings: readonly string[];
} {
  const given = opened(document, path);
  const dropped = Object.keys(given).filter((field) => outputOnlyFields.has(field));
  const kept = Object.fromEntries(
    // As the API takes it, null is absent.
    Object.entries(given).filter(([field, value]) => !outputOnlyFields.has(field) && value !== null),
  );
  const findings = checkApiShape(request, kept, { elsewhere: ['serviceName'] });
  const problems = findings.filter(({ level }) => level === 'error').map(findingSentence);
  if (kept.clientToken !== undefined) problems.push('clientToken must be absent: every run has its own');
  if (Number(kept.desiredCount) < 0) problems.push('desiredCount must be at least 0');
  if (problems.length > 0) throw invalidServiceDefinition(path, problems);
  const { serviceName, cluster, taskDefinition, tags, ...rest } = kept as Partial<CreateServiceRequest>;
  const isKnown = (field: string) => Object.hasOwn(members, field);
  const pick = (known: boolean) =>
    Object.fromEntries(Object.entries(rest).filter(([field]) => isKnown(field) === known));
  return {
    definition: {
      path,
      serviceName,
      cluster,
      taskDefinition,
      tags: tags?.filter(({ key }) => !key?.toLowerCase().startsWith('aws:')),
      settings: pick(true),
      unknown: pick(false),
    },
    notes: dropped.length > 0 ? [`dropped fields that only ECS sets: ${dropped.sort().join(', ')}`] : [],
    warnings: findings.filter(({ level }) => level === 'warning').map(findingSentence),
  };
}

/** `{ services: [{ … }] }` → `{ … }`. */
function opened(document: unknown, path: string): Record<string, unknown> {
  const only =
    isObject(document) && Array.isArray(document.services) && document.services.length === 1
      ? document.services[0]
      : document;
  if (isObject(only)) return only;
  throw invalidServiceDefinition(path, [`it must be an object, but the document is ${kindOf(only)}`]);
}

/** All problems in one error: the first as the summary when it is the only one. */
function invalidServiceDefinition(path: string, problems: readonly string[]): LandfallError {
  const one = problems.length === 1;
  return new LandfallError('SERVICEDEF_INVALID', {
    summary: one ? `${path}: ${problems[0]}` : `${path} has ${problems.length} problems`,
    details: one ? [] : problems,
    facts: { path, problems },
  });
}
