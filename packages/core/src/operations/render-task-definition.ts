import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { loadDocument } from '../documents/load-document.ts';
import { regionInput } from '../inputs/common.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { path } from '../inputs/kinds.ts';
import { type InputProblem, invalidInputs } from '../inputs/parse-inputs.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { type ContainerEdits, editContainer } from '../task-definition/edit/container-edits.ts';
import { containerInputs, imageInputs, taskInputs } from '../task-definition/edit/edit-inputs.ts';
import { editProblems } from '../task-definition/edit/edit-problems.ts';
import { patchTaskDefinition } from '../task-definition/edit/patch.ts';
import { secretItem, secretsByContainer } from '../task-definition/edit/secrets-from.ts';
import { editTask } from '../task-definition/edit/task-edits.ts';
import { loadFromService, loadRegistered } from '../task-definition/load/load.ts';
import {
  sourceInputs,
  sourceProblems,
  sourcesGiven,
  unusedSources,
} from '../task-definition/load/source-inputs.ts';
import { checkContainers, containerNames, withContainer } from '../task-definition/parse/containers.ts';
import { toRegisterRequest } from '../task-definition/parse/parse.ts';
import type { Plain } from '../task-definition/parse/plain.ts';
import { roleHome } from '../task-definition/parse/roles.ts';
import { readSecret } from '../verification/permissions.ts';
import type { World } from '../world/world.ts';

const { 'task-definition': file, ...otherSources } = sourceInputs;
const inputs = {
  'task-definition': file,
  ...imageInputs,
  ...otherSources,
  ...containerInputs,
  ...taskInputs,
  'output-file': path({
    description: 'Also write the task definition to this path in the workspace, as an artifact of the build.',
  }),
  region: regionInput,
};

const outputs = {
  'task-definition': {
    description: 'The path of the rendered file, a new private file in the temporary directory.',
  },
  'output-file': { description: 'The absolute path of the artifact, when `output-file` is set.' },
  family: { description: 'The family of the task definition.' },
  changed: {
    description:
      '`true` if it differs from what the service runs, or from the source if `service` is not set.',
  },
};

type Values = ValuesOf<typeof inputs>;

export const renderTaskDefinition = defineOperation({
  name: 'render-task-definition',
  title: 'Render an Amazon ECS task definition',
  description:
    'Renders the task definition to deploy from a file, a registered revision or what a service currently runs, with new images, environment, secrets and settings.',
  promises: [
    'It registers and changes nothing in AWS; deploy the file with `deploy-service`.',
    'Unknown fields are kept and reported, and it never prints the value of an environment variable or a secret.',
    'The same inputs produce the same bytes.',
    'On failure and on cancel, only complete files are left behind.',
  ],
  inputs,
  outputs,
  permissions: [
    {
      action: 'ecs:DescribeTaskDefinition',
      resource: '*',
      when: 'when the source is not a file, or `service` is given',
    },
    {
      action: 'ecs:DescribeServices',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
      when: 'when `service` is set',
    },
    ...readSecret(
      'arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${secrets-from}',
      'when `secrets-from` is set',
    ),
  ],
  errors: [
    'TASKDEF_INVALID',
    'CONTAINER_NOT_FOUND',
    'PATH_MISSING',
    'PATH_REFUSED',
    'FILE_TOO_LARGE',
    'FILE_UNREADABLE',
    'DISK_FULL',
    'NOT_FOUND',
    'SERVICE_NOT_ACTIVE',
    'ACCESS_DENIED',
  ],
  branding: { icon: 'file-text', color: 'blue' },
  check: (values) => [...sourceProblems(values), ...editProblems(values)],

  async run(call: Call<typeof inputs, typeof outputs>) {
    const { inputs: values, world } = call;
    const { log } = world.host;
    const source = await readSource(values, world);
    const draft = toRegisterRequest(source.document, { draft: true });
    for (const note of draft.notes) log.notice(`${source.name}: ${note}`);

    const edited = await edit(draft.request, values, source.arn, world);
    const { request, notes } = toRegisterRequest(edited);
    for (const note of notes) if (!draft.notes.includes(note)) log.notice(note);
    warnOfMissingRole(request, world);

    const before = source.running ?? { name: source.name, document: draft.request };
    const { diffTaskDefinitions } = await import('../task-definition/compare/diff.ts');
    const changes = diffTaskDefinitions(before.document, request);
    await tellChanges(before.name, changes, world);

    const text = `${JSON.stringify(request, undefined, 2)}\n`;
    if (values.outputFile !== undefined) {
      const artifact = await world.files.writeArtifact(values.outputFile, text);
      log.info(`wrote ${artifact}`);
      await call.output('output-file', artifact);
    }
    const rendered = await world.files.writePrivate('task-definition', '.json', text);
    log.info(`wrote ${rendered}`);
    await call.output('family', request.family ?? '');
    await call.output('changed', String(changes.length > 0));
    await call.output('task-definition', rendered);
    call.record.note({
      taskDefinition: { family: request.family, containers: containerNames(request), changes },
    });
  },
});

interface Source {
  readonly name: string;
  readonly document: unknown;
  readonly arn?: string;
  /** What the service runs now, when one is given. */
  readonly running?: { readonly name: string; readonly document: object };
}

async function readSource(values: Values, world: World): Promise<Source> {
  const { cluster, service, taskDefinition: path } = values;
  const family = values.taskDefinitionFamily;
  const revision = values.taskDefinitionRevision;
  const unused = unusedSources(values);
  if (unused.length > 0)
    world.host.log.info(`${sourcesGiven(values)[0]} is used, and ${unused.join(' and ')} ignored`);
  const ofFamily = family === undefined || revision === undefined ? family : `${family}:${revision}`;
  const registered = values.taskDefinitionArn ?? ofFamily;
  const text = path === undefined ? undefined : await world.files.readText(path);
  const document = path === undefined ? undefined : await loadDocument(text!, path);
  const live = service === undefined ? undefined : await loadFromService({ cluster, service }, world);
  const running = live && {
    running: { name: `${live.name}, which service ${service} runs`, document: live.document },
  };
  if (path !== undefined) return { name: path, document, ...running };
  if (registered !== undefined) return { ...(await loadRegistered(registered, world)), ...running };
  return { ...live!, ...running };
}

async function edit(
  request: RegisterTaskDefinitionRequest,
  values: Values,
  sourceArn: string | undefined,
  world: World,
): Promise<Plain> {
  const images = new Map((values.images ?? []).map(({ name, value }) => [name, value.trim()]));
  const edits = containerEdits(values);
  const secretsFrom = values.secretsFrom ?? [];
  const named = secretsFrom.flatMap((one) => secretItem(one).container ?? []);
  const wantsTargets =
    values.image !== undefined || secretsFrom.length > named.length || Object.keys(edits).length > 0;
  const targets = targetsOf(request, values, images, wantsTargets);
  checkContainers(request, [...new Set([...images.keys(), ...targets, ...named])]);
  for (const target of values.image === undefined ? [] : targets) images.set(target, values.image!);
  const expanded = await secretsByContainer(secretsFrom, targets, world);

  const roles = { taskRole: values.taskRoleArn, executionRole: values.executionRoleArn };
  let edited = editTask(request, { ...values, ...roles }, roleHome(request, sourceArn));
  tellOfRole('task-role-arn', roles.taskRole, edited.taskRoleArn, world);
  tellOfRole('execution-role-arn', roles.executionRole, edited.executionRoleArn, world);
  for (const [name, secrets] of expanded) {
    edited = withContainer(edited, name, (one) => editContainer(one, { secrets }));
  }
  for (const [name, image] of images) {
    edited = withContainer(edited, name, (one) => editContainer(one, { image }));
  }
  for (const target of targets) edited = withContainer(edited, target, (one) => editContainer(one, edits));
  const plain = edited as unknown as Plain;
  return values.patch ? patchTaskDefinition(plain, values.patch) : plain;
}

/** Only what is given, so that an edit without anything to do asks for no container. */
function containerEdits(values: Values): ContainerEdits {
  const edits: ContainerEdits = {
    environment: values.environmentVariables,
    environmentRemove: values.environmentRemove,
    environmentReplace: values.environmentReplace || undefined,
    secrets: values.secrets?.map(({ name, value }) => ({ name, value: value.trim() })),
    secretsRemove: values.secretsRemove,
    environmentFiles: values.envFiles,
    dockerLabels: values.dockerLabels,
    logDriver: values.logConfigurationLogDriver,
    logOptions: values.logConfigurationOptions,
    command: values.command,
    entryPoint: values.entryPoint,
    cpu: values.containerCpu,
    memory: values.containerMemory,
    memoryReservation: values.containerMemoryReservation,
  };
  return Object.fromEntries(Object.entries(edits).filter(([, edit]) => edit !== undefined));
}

function targetsOf(
  request: RegisterTaskDefinitionRequest,
  values: Values,
  images: ReadonlyMap<string, string>,
  wanted: boolean,
): readonly string[] {
  if (values.containerName && values.containerName.length > 0) return [...new Set(values.containerName)];
  const names = containerNames(request);
  if (names.length === 1) return names;
  if (images.size > 0 && values.image === undefined) return [...images.keys()];
  if (!wanted) return [];
  const problem: InputProblem = {
    input: 'container-name',
    problem: `is required, because the task definition has several containers: ${names.join(', ')}`,
  };
  throw invalidInputs([problem]);
}

/** The official action takes an ARN alone, so that one that lost its start is not taken for a name in silence. */
function tellOfRole(
  input: string,
  given: string | undefined,
  set: string | undefined,
  { host: { log } }: World,
): void {
  if (given === undefined || given.startsWith('arn:')) return;
  if (set !== given) log.info(`${input} is the name of a role: set to ${set}`);
  else log.notice(`${input} is not an ARN: set to the name ${set}, which ECS looks up in its own account`);
}

function warnOfMissingRole(request: RegisterTaskDefinitionRequest, { host }: World): void {
  const secret = (request.containerDefinitions ?? []).find(({ secrets }) => secrets && secrets.length > 0);
  if (!secret || request.executionRoleArn) return;
  host.log.warning(
    `container ${secret.name} has secrets, but the task definition has no executionRoleArn that could read them`,
  );
}

async function tellChanges(before: string, changes: readonly string[], { host }: World): Promise<void> {
  if (changes.length === 0) return host.log.info(`no difference from ${before}`);
  const lines = changes.length === 1 ? '1 line' : `${changes.length} lines`;
  await host.log.group(`Changes compared with ${before} (${lines})`, async () => {
    for (const change of changes) host.log.info(change);
  });
}
