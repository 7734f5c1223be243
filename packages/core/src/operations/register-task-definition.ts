import { checkAllowedAccount } from '../account/allowed-account.ts';
import { passRolesTo, registerPermissions } from '../ecs/permissions.ts';
import { allowedAccountIds, regionInput } from '../inputs/common.ts';
import { boolean, path } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';
import { confirmRegistration } from '../task-definition/confirm-registration.ts';
import {
  readTaskDefinitionFile,
  registrationSentence,
} from '../task-definition/load/wanted-task-definition.ts';
import { registerIfChanged } from '../task-definition/register.ts';

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
