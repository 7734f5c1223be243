import { checkAllowedAccount } from '../account/allowed-account.ts';
import { codeDeployPlaceInputs } from '../deployment/inputs/codedeploy-inputs.ts';
import { allowedAccountIds, clusterInput, regionInput } from '../inputs/common.ts';
import { boolean, list, text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { defineOperation } from '../operation/operation.ts';
import { readTaskDefinitionInput } from '../task-definition/load/wanted-task-definition.ts';
import { type Area, areas } from '../verification/check.ts';
import { checkDeploymentGroup } from '../verification/checks/deployment-group.ts';
import { checkService, readService } from '../verification/checks/service.ts';
import { contentOf } from '../verification/content.ts';
import { verifyPermissions } from '../verification/permissions.ts';
import { checkCount, checkTable, logChecks, verifyError } from '../verification/report.ts';
import { verifyTarget } from '../verification/verify-target.ts';

const inputs = {
  'task-definition': text({
    required: true,
    maxLength: 4096,
    description:
      'What would be deployed: the path of a JSON or YAML file, or a registered task definition (family, family:revision or ARN).',
    example: 'task-definition.json',
  }),
  service: text({
    pattern: patterns.service,
    description:
      'The service it would be deployed to, by name or ARN. Without it, network configuration and load balancers are not checked.',
    example: 'web',
  }),
  cluster: clusterInput,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  'ecs-exec': boolean({
    default: 'false',
    description:
      'Fail if ECS Exec would not work. Otherwise the settings are checked only for a service that has ECS Exec enabled, and anything missing is a warning.',
  }),
  ...codeDeployPlaceInputs,
  skip: list({
    item: {
      expression: new RegExp(`^(?:${areas.join('|')})$`),
      rule: `one of ${areas.join(', ')}`,
    },
    description: 'Checks to skip.',
    example: 'env-file, exec',
  }),
};

const outputs = {
  checks: { description: 'A JSON list with one entry per check: area, subject, state, message, remedy.' },
  errors: { description: 'How many checks found an error.' },
  warnings: { description: 'How many checks found a warning.' },
};

export const verifyService = defineOperation({
  name: 'verify-service',
  title: 'Verify a deployment to Amazon ECS',
  description:
    'Checks, before anything is written, that a deployment of a task definition to a service can work: image and platform, roles, secrets, logs, ports, target groups, ECS Exec.',
  promises: [
    'Nothing is written: every AWS call is read-only.',
    'All checks run and all problems are reported together, each with a remedy.',
    'Anything that does not exist is an error, and so is anything that could not be queried (throttled, unreachable); a missing optional permission is a warning that names the IAM action.',
  ],
  inputs,
  outputs,
  permissions: verifyPermissions,
  errors: ['VERIFY_FAILED', 'TASKDEF_INVALID', 'NOT_FOUND', 'ACCOUNT_MISMATCH'],
  branding: { icon: 'check-square', color: 'blue' },

  async run(call) {
    const { inputs: given, world } = call;
    const wanted = await readTaskDefinitionInput(given.taskDefinition, world);
    if (given.allowedAccountIds) await checkAllowedAccount(given.allowedAccountIds, world);
    const { taskDefinition, name } = await contentOf(wanted, world);
    const asked =
      given.service === undefined ? undefined : await readService(given.service, given.cluster, world);
    const service = asked?.kind === 'found' ? asked.value : undefined;
    const group = service && (await checkDeploymentGroup(service, given.cluster, given, world));
    const left = given.skip as readonly Area[] | undefined;
    const checks = [
      ...(left?.includes('service')
        ? []
        : [checkService(given.service, given.cluster, asked), ...(group ?? [])]),
      ...(await verifyTarget({ taskDefinition, service }, { ecsExec: given.ecsExec, skip: left }, world)),
    ];

    const what = given.service === undefined ? name : `${name} on service ${given.service}`;
    logChecks(checks, world.host.log);
    world.host.log.info(`${what}: ${checkCount(checks)}`);
    call.record.note({ checks });
    call.record.summary(
      { kind: 'heading', text: `Verified ${what}: ${checkCount(checks)}` },
      checkTable(checks),
    );
    await call.output('checks', JSON.stringify(checks));
    await call.output('errors', String(checks.filter(({ state }) => state === 'ERROR').length));
    await call.output('warnings', String(checks.filter(({ state }) => state === 'WARN').length));
    const failed = verifyError(checks, what);
    if (failed) throw failed;
  },
});
