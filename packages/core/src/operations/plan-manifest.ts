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
import { limited } from '../ecs/rate-limiter.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { boolean, choice, list, path, text } from '../inputs/kinds.ts';
import { annotateProblems } from '../manifest/load-environments.ts';
import { type MatrixFormat, matrixFormats, matrixJobs, matrixText } from '../manifest/matrix.ts';
import { distinct, manifestInvalid } from '../manifest/problem.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { compareEnvironments } from '../manifest-deployment/compare.ts';
import { checkOwner, environmentInputs } from '../manifest-deployment/inputs.ts';
import { openEnvironment, readEnvironments, readWanted } from '../manifest-deployment/open-environment.ts';
import { reportWavesPlan } from '../manifest-deployment/plan.ts';
import { findUnwantedPermissions } from '../manifest-deployment/prune.ts';
import { prunedOutput } from '../manifest-deployment/results.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import type { SummaryBlock } from '../record/summary-block.ts';
import { readSchedulesPermissions } from '../schedules/permissions.ts';
import { plannedSchedules } from '../schedules/plan-schedules.ts';
import { withoutCredentials } from '../task-definition/compare/redact.ts';

const inputs = {
  ...environmentInputs,
  environment: text({
    description: 'The environment of the manifest. Set either this, `compare` or `matrix`.',
    example: 'production',
  }),
  compare: list({
    maxItems: 2,
    description:
      'Two environments of the manifest, to show what differs between their services and tasks beyond the names of the environments. AWS is not called, and no credentials are needed.',
    example: 'dev,production',
  }),
  'output-file': path({
    description:
      'Save the plan to this file, for the input `plan` of deploy-manifest: it then deploys exactly that, or nothing. Values that the plan does not show are saved as hashes. With `matrix`, the file of the jobs.',
    example: 'plan.json',
  }),
  matrix: choice(matrixFormats, {
    description:
      'Write the jobs that deploy all environments, one for each region and role, in the order of their `needs`: a list of matrices for GitHub, workflows for CircleCI, a batch build graph for CodeBuild, or jobs of a child pipeline for GitLab. AWS is not called, and no credentials are needed.',
  }),
  'matrix-job': text({
    description:
      'What each job of `matrix` runs: a job of CircleCI with the parameters `environment`, `region` and `role`, a buildspec, or a hidden job of GitLab. By default, `deploy-environment`, `buildspec/deploy-environment.yml` or `.deploy-environment`.',
    example: 'deploy-environment',
  }),
  'exit-code': boolean({
    default: 'false',
    description:
      'End with exit code 6 if deploy-manifest would change anything, or if the environments of `compare` differ. By default, a plan is green.',
  }),
};

const outputs = {
  plan: {
    description:
      'A JSON list with one entry per service, in the order of deployment: wave, service, kind (unchanged, adopt, failed-before, blocked, update, create), registers, startsDeployment, changes, settings (the fields that differ, and what a change of each does: deployment, next-deployment, later-tasks, at-once), outside, warnings.',
  },
  'plan-file': { description: 'The path of what `output-file` has saved.' },
  changes: {
    description:
      'Whether anything would be registered, updated or created, or differs between the environments of `compare`: `true` or `false`.',
  },
  differences: {
    description:
      'With `compare`: a JSON list with one entry per service or task that differs: path, such as `services.web`, and changes (`- ` in the first environment, `+ ` in the second).',
  },
  matrix: {
    description:
      'With `matrix`: the jobs, as JSON for GitHub (a list with one matrix for each stage of the order), otherwise as YAML.',
  },
  'starts-deployment': {
    description: 'Whether ECS would start a deployment of any service: `true` or `false`.',
  },
  schedules: {
    description:
      'A JSON list with one entry per schedule: schedule, kind (create, update, unchanged, delete) and changes.',
  },
  ...prunedOutput,
  ...outsideOutputs,
};

export const planManifest = defineOperation({
  name: 'plan-manifest',
  title: 'Plan the deployment of a manifest',
  description:
    'Shows what deploy-manifest would do to each service of an environment, wave by wave, as a diff against what is running; for pull requests, with read-only credentials.',
  promises: [
    'Nothing is written in AWS: every call is read-only.',
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
    ...findUnwantedPermissions,
    ...readSchedulesPermissions,
  ],
  errors: [
    'NOT_FOUND',
    'ACCOUNT_MISMATCH',
    'SERVICE_NOT_ACTIVE',
    'CONTROLLER_UNSUPPORTED',
    'MANIFEST_INVALID',
    'SERVICEDEF_INVALID',
    'SERVICE_NEEDS_RECREATION',
    'CONFLICT',
    'SERVICE_IN_USE',
    'ENVIRONMENT_PROTECTED',
    'PATH_MISSING',
    'CHANGES_PENDING',
  ],
  branding: { icon: 'eye', color: 'blue' },

  check: ({ environment, compare, matrix, ...given }) => [
    ...checkOwner(given),
    ...([environment, compare, matrix].filter((one) => one !== undefined).length === 1
      ? []
      : [{ input: 'environment', problem: 'or compare or matrix must be set, and only one of them' }]),
    ...(matrix !== undefined && given.servicesYaml !== undefined
      ? [{ input: 'matrix', problem: 'needs a manifest, which has roles: convert-manifest writes one' }]
      : []),
    ...(matrix === undefined && given.matrixJob !== undefined
      ? [{ input: 'matrix-job', problem: 'needs matrix' }]
      : []),
    ...(compare !== undefined && given.outputFile !== undefined
      ? [{ input: 'output-file', problem: 'is for a plan or a matrix, not for compare' }]
      : []),
    ...(compare !== undefined && compare.length !== 2
      ? [{ input: 'compare', problem: 'must name two environments' }]
      : []),
  ],

  async run(call) {
    const { environment, compare, matrix } = call.inputs;
    if (matrix !== undefined) return writeMatrix(call, matrix);
    if (environment === undefined) return compareTwo(call, compare ?? []);
    const { inputs: given, world, record, output } = call;
    const how = {
      ...given,
      environment,
      waitUntil: 'completed',
      onFailure: 'stop',
      onCancel: 'leave',
      withLatest: true,
    } as const;
    const wanted = await readWanted(how, world);
    const open = await openEnvironment(wanted, how, limited(await world.aws.ecs(), world.clock), world);
    const planned = await reportWavesPlan(open, record, world);
    const changed = planned.filter(
      (one) => one.registers || one.kind === 'update' || one.kind === 'create' || one.changes.length > 0,
    );
    await output(
      'plan',
      JSON.stringify(
        planned.map((one) => ({ ...withoutCredentials(one), startsDeployment: startsDeployment(one) })),
      ),
    );
    if (given.outputFile !== undefined) {
      const { savePlan } = await import('../manifest-deployment/saved-plan.ts');
      const saved = savePlan(wanted, open, planned, given, world, world.clock.random().toString(36).slice(2));
      const written = await world.files.writeArtifact(
        given.outputFile,
        `${JSON.stringify(saved, null, 2)}\n`,
      );
      await output('plan-file', written);
    }
    const pruned = open.unwanted.map(({ place }) => place.name);
    await output('pruned', JSON.stringify(pruned));
    const scheduled = open.schedules ? plannedSchedules(open.schedules) : [];
    await output('schedules', JSON.stringify(scheduled));
    const differing = [
      ...changed.map(({ service }) => service),
      ...pruned,
      ...scheduled.flatMap(({ schedule, kind }) => (kind === 'unchanged' ? [] : [`schedule ${schedule}`])),
    ];
    await output('changes', String(differing.length > 0));
    await output('starts-deployment', String(planned.some(startsDeployment)));
    await output('outside-changes', outsideOutput(planned));
    if (!given.exitCode || differing.length === 0) return;
    throw new LandfallError('CHANGES_PENDING', {
      summary: `${environment} differs from ${given.manifest} in ${differing.join(', ')}`,
      facts: { services: differing },
    });
  },
});

async function compareTwo(
  { inputs: given, world, record, output }: Call<typeof inputs, typeof outputs>,
  names: readonly string[],
): Promise<void> {
  const { log } = world.host;
  const { environments } = await readEnvironments(given, names, world);
  const [from, to] = names.map((name) => environments.find((one) => one.name === name));
  const differences = from && to ? compareEnvironments(from, to) : [];
  for (const { path, changes } of differences) {
    log.info(`${path}:`);
    for (const line of changes) log.info(line);
  }
  const title = `${names.join(' and ')}: ${differences.length === 0 ? 'no differences' : `differences in ${differences.map(({ path }) => path).join(', ')}`}`;
  log.info(title);
  record.summary(
    { kind: 'heading', text: title },
    ...differences.flatMap(({ path, changes }): readonly SummaryBlock[] => [
      { kind: 'paragraph', text: path },
      { kind: 'code', language: 'diff', text: changes.join('\n') },
    ]),
  );
  await output('differences', JSON.stringify(differences));
  await output('changes', String(differences.length > 0));
  if (!given.exitCode || differences.length === 0) return;
  throw new LandfallError('CHANGES_PENDING', {
    summary: title,
    remedy: 'Change the manifest so that the environments agree, or accept the differences.',
    facts: { differences: differences.map(({ path }) => path) },
  });
}

async function writeMatrix(
  { inputs: given, world, record, output }: Call<typeof inputs, typeof outputs>,
  format: MatrixFormat,
): Promise<void> {
  const { files, host } = world;
  const manifest = await readManifest(await files.readText(given.manifest), given.manifest);
  const { jobs, problems } = matrixJobs(manifest);
  const all = distinct([...manifest.problems, ...problems]);
  annotateProblems(all, host);
  const errors = all.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw manifestInvalid(given.manifest, errors);
  const text = await matrixText(format, jobs, given.matrixJob);
  for (const { id, role, needs } of jobs)
    host.log.info(`${id}: ${role}${needs.length === 0 ? '' : `, after ${needs.join(', ')}`}`);
  await output('matrix', text);
  if (given.outputFile !== undefined)
    await output('plan-file', await files.writeArtifact(given.outputFile, text));
  record.summary({ kind: 'code', language: format === 'github' ? 'json' : 'yaml', text });
}
