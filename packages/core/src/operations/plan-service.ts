import { withControllers } from '../deployment/controllers/controllers.ts';
import { notePlan, reportPlan, startsDeployment } from '../deployment/controllers/plan-report.ts';
import { codeDeployMakeInputs, codeDeployReadPermissions } from '../deployment/inputs/codedeploy-inputs.ts';
import {
  checkWhat,
  readWanted,
  refuseVolume,
  whatInputs,
  withTargets,
} from '../deployment/inputs/deploy-request.ts';
import {
  outsideOutput,
  outsideOutputs,
  outsidePermissions,
} from '../deployment/inputs/outside-change-inputs.ts';
import {
  describeRevisions,
  listDeployments,
  movedImagePermission,
  readPermissions,
  runningTaskPermissions,
} from '../deployment/inputs/permissions.ts';
import { readsFor } from '../deployment/inputs/service-definition-inputs.ts';
import { checkSettings, settingInputs } from '../deployment/inputs/service-settings-inputs.ts';
import { isExpress, readTargets } from '../deployment/service/read-service-targets.ts';
import { allowedAccountIds, clusterInput, regionInput } from '../inputs/common.ts';
import { boolean } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';
import { withoutCredentials } from '../task-definition/compare/redact.ts';
import { verifyBesidePermissions } from '../verification/permissions.ts';

const inputs = {
  ...whatInputs,
  cluster: clusterInput,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  ...settingInputs,
  ...codeDeployMakeInputs,
  verify: boolean({
    default: 'false',
    description:
      'Also check that the deployment can work (image, roles, secrets, log groups, target groups), as `verify-service` does, and fail if it cannot.',
  }),
};

const outputs = {
  plan: {
    description:
      'A JSON list with one entry per service: service, kind (unchanged, adopt, failed-before, blocked, update, create), registers, startsDeployment, changes, outside, warnings; with a service definition also settings: the fields that differ, and what a change of each does (deployment, next-deployment, later-tasks, at-once).',
  },
  changes: { description: 'Whether anything would be registered or updated: `true` or `false`.' },
  ...outsideOutputs,
  'starts-deployment': {
    description: 'Whether ECS would start a deployment of any service: `true` or `false`.',
  },
};

export const planService = defineOperation({
  name: 'plan-service',
  title: 'Plan a deployment to Amazon ECS',
  description:
    'Shows what deploy-service would register and update, as a diff against what is running, and whether ECS would start a deployment; for pull requests, with read-only credentials.',
  promises: [
    'Nothing is written: every AWS call is read-only.',
    'Values filled in by ECS, the order of sets and the notation of sizes do not count as differences; values of environment variables are never shown.',
  ],
  inputs,
  outputs,
  permissions: [
    ...readPermissions,
    ...codeDeployReadPermissions,
    listDeployments,
    ...describeRevisions,
    movedImagePermission,
    ...runningTaskPermissions,
    ...outsidePermissions,
    ...verifyBesidePermissions,
  ],
  errors: [
    'NOT_FOUND',
    'ACCOUNT_MISMATCH',
    'SERVICE_NOT_ACTIVE',
    'CONTROLLER_UNSUPPORTED',
    'TASKDEF_INVALID',
    'SERVICEDEF_INVALID',
    'SERVICE_NEEDS_RECREATION',
    'VERIFY_FAILED',
  ],
  branding: { icon: 'eye', color: 'blue' },
  check: (given) => [...checkWhat(given), ...checkSettings(given)],

  async run(call) {
    const { world, inputs: given } = call;
    const wanted = await readWanted(given, world);
    refuseVolume(given, wanted);
    const names = wanted.map((one) => one.service);
    const reads = readsFor(wanted[0]?.definition, given);
    const found = await readTargets({ ...given, ...reads, services: names }, await world.aws.ecs(), world);
    const services = withTargets(wanted, found, given);
    if (found.some(({ service }) => isExpress(service))) {
      const { refuseWithoutMain } = await import('../deployment/express/as-a-service.ts');
      refuseWithoutMain(services);
    }
    const controlled = await withControllers(services, { ...given, waitUntil: 'completed' }, world);

    const planned = await reportPlan(controlled, given, world);
    notePlan(controlled, planned, call.record);
    await call.output(
      'plan',
      JSON.stringify(
        planned.map((one) => ({ ...withoutCredentials(one), startsDeployment: startsDeployment(one) })),
      ),
    );
    await call.output(
      'changes',
      String(planned.some((one) => one.registers || one.kind === 'update' || one.kind === 'create')),
    );
    await call.output('outside-changes', outsideOutput(planned));
    await call.output('starts-deployment', String(planned.some(startsDeployment)));
    if (!given.verify) return;
    const { verifyBefore } = await import('../verification/verify-before.ts');
    await verifyBefore(controlled, world);
  },
});
