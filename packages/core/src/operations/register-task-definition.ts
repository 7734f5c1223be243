import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { checkAllowedAccount } from '../account/allowed-account.ts';
import { nameInArn } from '../account/arn.ts';
import { absenceTime } from '../ecs/eventual-consistency.ts';
import { passRolesTo, registerPermissions } from '../ecs/permissions.ts';
import { unlessPassing, within } from '../ecs/write-once.ts';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { allowedAccountIds, regionInput } from '../inputs/common.ts';
import { boolean, path } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';
import { sameTaskDefinition } from '../task-definition/compare/compare.ts';
import {
  readTaskDefinitionFile,
  registrationSentence,
} from '../task-definition/load/wanted-task-definition.ts';
import type { Registration } from '../task-definition/register.ts';
import { registerIfChanged } from '../task-definition/register.ts';
import type { Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';

export const registerTaskDefinition = defineOperation({
  name: 'register-task-definition',
  title: 'Register an Amazon ECS task definition',
  description: 'Registers a task definition if its content differs from the latest revision of its family.',
  promises: [
    'Green means that the revision, read back, is ACTIVE and has the content of the file.',
    'Nothing is deployed: `deploy-service` takes the output `task-definition-arn`.',
  ],
  inputs: {
    'task-definition': path({
      required: true,
      description: 'The task definition: a JSON or YAML file in the workspace.',
      example: 'task-definition.json',
    }),
    'force-new-revision': boolean({
      default: 'false',
      description: 'Register a revision even if the latest one has the same content.',
    }),
    region: regionInput,
    'allowed-account-ids': allowedAccountIds,
  },
  outputs: {
    'task-definition-arn': { description: 'The revision with the content of the file.' },
    registered: { description: 'Whether this run registered it: `false` if it was registered already.' },
  },
  permissions: [
    ...registerPermissions(),
    { action: 'ecs:DescribeTaskDefinition', resource: '*' },
    passRolesTo('ecs-tasks.amazonaws.com'),
  ],
  errors: ['ACCOUNT_MISMATCH', 'TASKDEF_INVALID', 'ROLE_NOT_PASSABLE', 'OUTCOME_UNKNOWN'],
  branding: { icon: 'file-plus', color: 'blue' },

  async run(call) {
    const { inputs: given, world } = call;
    const { host, clock } = world;
    const { request } = await readTaskDefinitionFile(given.taskDefinition, world);
    if (given.allowedAccountIds) await checkAllowedAccount(given.allowedAccountIds, world);
    const access = { ecs: await world.aws.ecs(), clock, signal: host.cancellation };
    const registration = await registerIfChanged(request, [], access, given.forceNewRevision);
    host.log.info(registrationSentence(registration));
    await call.output('task-definition-arn', registration.arn);
    await call.output('registered', String(registration.how !== 'reused'));
    await confirmRegistration(registration, request, access);
  },
});

/**
 * Reads a revision back until it is ACTIVE and has the content, or the time of eventual consistency has passed.
 * @throws NOT_FOUND, OUTCOME_UNKNOWN
 */
export async function confirmRegistration(
  { arn }: Registration,
  wanted: RegisterTaskDefinitionRequest,
  { ecs, clock, signal }: { readonly ecs: Ecs; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  let shown = 'it was not read back';
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
    unlessPassing(() =>
      read().catch((error: unknown) => {
        const isAbsent = isLandfallError(error, 'NOT_FOUND') || isLandfallError(error, 'REQUEST_REFUSED');
        shown = isAbsent
          ? 'ECS does not show it'
          : `it could not be read back: ${asLandfallError(error).summary}`;
        if (isAbsent) return undefined;
        throw error;
      }),
    );
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
