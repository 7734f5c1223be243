import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';
import { absenceTime } from '../ecs/eventual-consistency.ts';
import { unlessPassing, within } from '../ecs/write-once.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';
import { sameTaskDefinition } from './compare/compare.ts';
import type { Registration } from './register.ts';

/**
 * Reads a revision back until it is ACTIVE and has the content, or the time of eventual consistency has passed.
 * @throws NOT_FOUND, OUTCOME_UNKNOWN
 */
export async function confirmRegistration(
  { arn }: Registration,
  wanted: RegisterTaskDefinitionRequest,
  { ecs, clock, signal }: { readonly ecs: Ecs; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  let shown = 'ECS does not show it';
  const read = async (): Promise<true | undefined> => {
    const { taskDefinition, tags } = await ecs.describeTaskDefinition(
      { taskDefinition: arn, include: ['TAGS'] },
      { signal },
    );
    if (taskDefinition?.status !== 'ACTIVE')
      shown = `it is ${taskDefinition?.status ?? 'in an unknown state'}`;
    else if (!sameTaskDefinition(wanted, taskDefinition, tags)) shown = 'ECS shows it with other content';
    else return true;
    return undefined;
  };
  const readAgain = () =>
    unlessPassing(read).catch((error) => {
      if (isLandfallError(error, 'NOT_FOUND') || isLandfallError(error, 'REQUEST_REFUSED')) return undefined;
      throw error;
    });
  if (await within(clock, signal, readAgain, absenceTime)) return;
  if (signal.aborted)
    throw new LandfallError('CANCELLED', {
      summary: `${nameInArn(arn)} was registered; the run was cancelled before it was read back`,
    });
  throw new LandfallError('OUTCOME_UNKNOWN', {
    summary: `task definition ${nameInArn(arn)} was registered, but ${shown}`,
    facts: { taskDefinition: arn },
  });
}
