import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { nameInArn } from '../../account/arn.ts';
import { loadDocument } from '../../documents/load-document.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import * as patterns from '../../inputs/patterns.ts';
import type { Ecs } from '../../world/aws.ts';
import type { Clock } from '../../world/clock.ts';
import type { World } from '../../world/world.ts';
import { toRegisterRequest } from '../parse/parse.ts';
import { type Registration, registerIfChanged } from '../register.ts';

/** A `task-definition` input, read and checked, before AWS is asked anything. */
export type WantedTaskDefinition =
  | { readonly kind: 'registered'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly request: RegisterTaskDefinitionRequest };

/** @throws INPUT_INVALID, PATH_MISSING, PATH_REFUSED, FILE_UNREADABLE, TASKDEF_INVALID */
export async function readTaskDefinitionInput(given: string, world: World): Promise<WantedTaskDefinition> {
  const source = sourceOf(given);
  if (source.kind === 'registered') {
    if (patterns.taskDefinition.expression.test(source.name)) return source;
    throw new LandfallError('INPUT_INVALID', {
      summary: `task-definition must be the path of a JSON or YAML file, or ${patterns.taskDefinition.rule}, got "${source.name}"`,
    });
  }
  return readTaskDefinitionFile(source.path, world);
}

/** @throws PATH_MISSING, PATH_REFUSED, FILE_UNREADABLE, TASKDEF_INVALID */
export async function readTaskDefinitionFile(
  path: string,
  world: World,
): Promise<WantedTaskDefinition & { readonly kind: 'file' }> {
  const { request, notes } = toRegisterRequest(await loadDocument(await world.files.readText(path), path));
  for (const note of notes) world.host.log.notice(`${path}: ${note}`);
  return { kind: 'file', path, request };
}

/** The revision to deploy: the one named, or one with the file's content, registered only if there is none. */
export async function registerWanted(
  wanted: WantedTaskDefinition,
  known: readonly { taskDefinition: TaskDefinition; tags?: readonly Tag[] | undefined }[],
  world: { ecs: Ecs; clock: Clock; signal: AbortSignal },
): Promise<Registration> {
  if (wanted.kind === 'file') return registerIfChanged(wanted.request, known, world);
  const { taskDefinition } = await world.ecs
    .describeTaskDefinition({ taskDefinition: wanted.name }, { signal: world.signal })
    .catch((error) => {
      throw isLandfallError(error, 'NOT_FOUND') ? unknownRevision(wanted.name, error) : error;
    });
  if (!taskDefinition?.taskDefinitionArn) {
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `ecs:DescribeTaskDefinition returned nothing for ${wanted.name}`,
    });
  }
  if (taskDefinition.status === 'INACTIVE') {
    throw new LandfallError('NOT_FOUND', {
      summary: `${wanted.name} is deregistered (INACTIVE): ECS does not start tasks from it`,
      remedy: 'Register it again, or deploy another revision.',
    });
  }
  return { arn: taskDefinition.taskDefinitionArn, taskDefinition, how: 'reused' };
}

/** ECS's own refusal does not name it. */
const unknownRevision = (name: string, cause: LandfallError) =>
  new LandfallError('NOT_FOUND', {
    summary: `task definition ${name} was not found: ${cause.summary}`,
    remedy: 'Check the family and the number of the revision, the region and the account.',
    facts: { ...cause.facts, taskDefinition: name },
    cause,
  });

const said = {
  registered: 'registered',
  reused: 'unchanged, so not registered again:',
  adopted: 'registered (no response to the call; found the revision):',
} as const;

export const registrationSentence = ({ how, arn }: Registration): string =>
  `task definition ${said[how]} ${nameInArn(arn)}`;

/** Where a task definition comes from, told by how it is written. */
type TaskDefinitionSource =
  | { readonly kind: 'file'; readonly path: string }
  /** A family (its latest ACTIVE revision), family:revision, or ARN: already registered. */
  | { readonly kind: 'registered'; readonly name: string };

/** A path has a `/` or a file ending; everything else that is not an ARN is a family, with or without a revision. */
export const sourceOf = (text: string): TaskDefinitionSource =>
  !text.startsWith('arn:') && (text.includes('/') || /\.(?:json|ya?ml)$/i.test(text))
    ? { kind: 'file', path: text }
    : { kind: 'registered', name: text };
