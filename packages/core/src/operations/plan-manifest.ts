import { startsDeployment } from '../deployment/controllers/plan-report.ts';
import { codeDeployReadPermissions } from '../deployment/inputs/codedeploy-inputs.ts';
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
import { LandfallError } from '../errors/landfall-error.ts';
import { boolean } from '../inputs/kinds.ts';
import { environmentInputs } from '../manifest-deployment/inputs.ts';
import { openEnvironment } from '../manifest-deployment/open-environment.ts';
import { reportWavesPlan } from '../manifest-deployment/plan.ts';
import { defineOperation } from '../operation/operation.ts';
import { withoutCredentials } from '../task-definition/compare/redact.ts';

const inputs = {
  ...environmentInputs,
  'exit-code': boolean({
    default: 'false',
    description:
      'End with exit code 6 if deploy-manifest would change anything. By default, a plan is green.',
  }),
};

const outputs = {
  plan: {
    description:
      'A JSON list with one entry per service, in the order of deployment: wave, service, kind (unchanged, adopt, failed-before, blocked, update, create), registers, startsDeployment, changes, settings (the fields that differ, and what a change of each does: deployment, next-deployment, later-tasks, at-once), outside, warnings.',
  },
  changes: { description: 'Whether anything would be registered or updated: `true` or `false`.' },
  'starts-deployment': {
    description: 'Whether ECS would start a deployment of any service: `true` or `false`.',
  },
  ...outsideOutputs,
};

export const planManifest = defineOperation({
  name: 'plan-manifest',
  title: 'Plan the deployment of a manifest',
  description:
    'Shows what deploy-manifest would do to each service of an environment, wave by wave, as a diff against what is running; for pull requests, with read-only credentials.',
  promises: [
    'Nothing is written: every AWS call is read-only.',
    'Green means that everything could be read. Tasks before a wave are listed and do not count as changes: every deployment runs them.',
    'Values of environment variables are never shown.',
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
  ],
  errors: [
    'NOT_FOUND',
    'ACCOUNT_MISMATCH',
    'SERVICE_NOT_ACTIVE',
    'CONTROLLER_UNSUPPORTED',
    'MANIFEST_INVALID',
    'SERVICEDEF_INVALID',
    'SERVICE_NEEDS_RECREATION',
    'PATH_MISSING',
    'CHANGES_PENDING',
  ],
  branding: { icon: 'eye', color: 'blue' },

  async run({ inputs: given, world, record, output }) {
    const how = { ...given, waitUntil: 'completed', onFailure: 'stop', onCancel: 'leave' } as const;
    const waves = await openEnvironment(how, await world.aws.ecs(), world);
    const planned = await reportWavesPlan(waves, record, world);
    const changed = planned.filter((one) => one.registers || one.kind === 'update' || one.kind === 'create');
    await output(
      'plan',
      JSON.stringify(
        planned.map((one) => ({ ...withoutCredentials(one), startsDeployment: startsDeployment(one) })),
      ),
    );
    await output('changes', String(changed.length > 0));
    await output('starts-deployment', String(planned.some(startsDeployment)));
    await output('outside-changes', outsideOutput(planned));
    if (!given.exitCode || changed.length === 0) return;
    throw new LandfallError('CHANGES_PENDING', {
      summary: `${given.environment} differs from ${given.manifest} in ${changed.map(({ service }) => service).join(', ')}`,
      facts: { services: changed.map(({ service }) => service) },
    });
  },
});
