import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';
import { sameTaskDefinition } from './compare/compare.ts';

export interface Registration {
  readonly arn: string;
  readonly taskDefinition: TaskDefinition;
  /** `registered` a new revision, `reused` one with the same content, `adopted` one whose registration lost its answer. */
  readonly how: 'registered' | 'reused' | 'adopted';
}

const attempts = 8;

/**
 * Registers a task definition only if no revision with this content is at hand: the ones given (what the service
 * runs now) and the family's latest are compared first.
 *
 * RegisterTaskDefinition has no idempotency token, so a lost answer is settled by reading the family back; and
 * ECS refuses concurrent registrations of a family ("Too many concurrent attempts to create a new revision"),
 * which is retried with jitter, reading back before each attempt.
 * @param isAlways a revision of its own is made, whatever there is
 */
export async function registerIfChanged(
  wanted: RegisterTaskDefinitionRequest,
  known: readonly { taskDefinition: TaskDefinition; tags?: readonly Tag[] | undefined }[],
  world: { ecs: Ecs; clock: Clock; signal: AbortSignal },
  isAlways = false,
): Promise<Registration> {
  const match = isAlways
    ? undefined
    : known.find(
        (one) =>
          one.taskDefinition.status !== 'INACTIVE' &&
          sameTaskDefinition(wanted, one.taskDefinition, one.tags),
      );
  if (match) return { arn: arnOf(match.taskDefinition), taskDefinition: match.taskDefinition, how: 'reused' };
  const latest = await latestSame(wanted, world);
  if (latest && !isAlways) return { arn: arnOf(latest), taskDefinition: latest, how: 'reused' };
  let lost = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { taskDefinition } = await world.ecs.registerTaskDefinition(wanted, { signal: world.signal });
      if (!taskDefinition?.taskDefinitionArn) throw noArn();
      return { arn: arnOf(taskDefinition), taskDefinition, how: 'registered' };
    } catch (error) {
      const unclear =
        isLandfallError(error) && (error.applied === 'unknown' || error.code === 'RESPONSE_INVALID');
      if (!unclear && !isCrowded(error)) throw error;
      lost ||= unclear;
      if (attempt >= attempts) throw lost ? outcomeUnknown(wanted, error) : error;
      await world.clock.sleep(backoff(attempt, world.clock.random()), world.signal);
      if (world.signal.aborted) throw error;
      const made = await latestSame(wanted, world);
      const isOlder = isAlways && (made?.revision ?? 0) <= (latest?.revision ?? 0);
      if (made && !isOlder)
        return { arn: arnOf(made), taskDefinition: made, how: lost ? 'adopted' : 'reused' };
    }
  }
}

/** A revision, where it has this content. */
export const sameAs = (wanted: RegisterTaskDefinitionRequest, latest: Revision | undefined) =>
  latest && sameTaskDefinition(wanted, latest.taskDefinition, latest.tags)
    ? latest.taskDefinition
    : undefined;

interface Revision {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** The family's latest revision, where it has this content. */
export async function latestSame(
  wanted: RegisterTaskDefinitionRequest,
  world: { ecs: Ecs; signal: AbortSignal },
): Promise<TaskDefinition | undefined> {
  return sameAs(wanted, await readLatest(wanted.family ?? '', world));
}

/** The latest ACTIVE revision of a family; undefined where there is none. */
export async function readLatest(
  family: string,
  { ecs, signal }: { ecs: Ecs; signal: AbortSignal },
): Promise<Revision | undefined> {
  try {
    const { taskDefinition, tags = [] } = await ecs.describeTaskDefinition(
      { taskDefinition: family, include: ['TAGS'] },
      { signal },
    );
    return taskDefinition && { taskDefinition, tags };
  } catch (error) {
    // A family without an ACTIVE revision: ECS calls it a ClientException "Unable to describe task definition."
    if (isLandfallError(error) && (error.code === 'NOT_FOUND' || error.code === 'REQUEST_REFUSED'))
      return undefined;
    throw error;
  }
}

const isCrowded = (error: unknown) =>
  isLandfallError(error) && /too many concurrent attempts to create a new revision/i.test(error.message);

/** 0.5 s, 1 s, 2 s … at most 8 s, each with full jitter above half. */
const backoff = (attempt: number, random: number) => Math.min(8000, 250 * 2 ** attempt) * (0.5 + random / 2);

const arnOf = (taskDefinition: TaskDefinition) => taskDefinition.taskDefinitionArn ?? '';

const noArn = () =>
  new LandfallError('RESPONSE_INVALID', {
    summary: 'ecs:RegisterTaskDefinition returned no task definition ARN',
    facts: { operation: 'ecs:RegisterTaskDefinition' },
    applied: 'unknown',
  });

const outcomeUnknown = (wanted: RegisterTaskDefinitionRequest, cause: unknown) =>
  new LandfallError('OUTCOME_UNKNOWN', {
    summary: `no response to RegisterTaskDefinition for ${wanted.family} in ${attempts} attempts, and no revision with this content can be read`,
    cause,
  });
