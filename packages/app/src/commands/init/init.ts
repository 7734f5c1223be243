import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { asLandfallError } from '@landfall/core/errors/as-landfall-error';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { ValuesOf } from '@landfall/core/inputs/input';
import { boolean, choice, list, path, text } from '@landfall/core/inputs/kinds';
import { invalidInputs, parseInputs } from '@landfall/core/inputs/parse-inputs';
import * as patterns from '@landfall/core/inputs/patterns';
import type { DraftFile } from '@landfall/core/manifest/manifest-draft';
import type { Operation } from '@landfall/core/operation/operation';
import { buildPush } from '@landfall/core/operations/build-push';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { ecrLogin } from '@landfall/core/operations/ecr-login';
import { createFiles } from '@landfall/hosts/machine/files';
import { readInputs } from '../../flags/read-inputs.ts';
import { withHost } from '../../program/session.ts';
import { iamPolicyOfFlags } from '../iam-policy.ts';
import { trustFlags, trustPolicyOfFlags } from '../trust-policy.ts';
import { draftProject } from './draft-project.ts';
import { type FolderFacts, inspectFolder } from './inspect-folder.ts';

const key = { expression: /^[a-z][a-z0-9-]{0,62}$/, rule: 'lower-case letters, digits and -' };
const { trust: _platform, format: _format, region: _region, ...trustInputs } = trustFlags;

const inputs = {
  name: text({ pattern: key, description: 'The name of the application. By default, that of the folder.' }),
  ci: choice(['github', 'circleci', 'codebuild'], {
    description: 'The CI. By default, the one whose files are there, otherwise `github`.',
  }),
  region: text({ pattern: patterns.region, description: 'The region. By default, that of AWS_REGION.' }),
  cluster: text({ pattern: patterns.cluster, description: 'The cluster. By default, `default`.' }),
  environment: text({ pattern: key, default: 'production', description: 'The first environment.' }),
  branch: text({ default: 'main', description: 'The branch that is deployed.' }),
  dockerfile: path({ description: 'The Dockerfile, where there are several.' }),
  compose: path({ description: 'The Compose file. By default, the one that is there.' }),
  'task-definition': path({ description: 'The task definition. By default, the one that is there.' }),
  subnets: list({ item: patterns.subnet, description: 'The subnets of the service.' }),
  'security-groups': list({ item: patterns.securityGroup, description: 'Its security groups.' }),
  'execution-role': text({ description: 'The ARN of the execution role of its tasks.' }),
  ...trustInputs,
  force: list({ description: 'Files to replace, by their paths.' }),
  yes: boolean({ default: 'false', description: 'Ask nothing, and take every default.' }),
};
type Values = ValuesOf<typeof inputs>;

const roleFile = 'infra/deploy-role.json';

/** `landfall init`: what a first deployment from this folder needs, written and explained. It calls no AWS. */
export async function init(argv: readonly string[], process: NodeJS.Process): Promise<void> {
  const command = { name: 'init', inputs } as Pick<Operation, 'name' | 'inputs'> as Operation;
  const { inputs: flags, operation } = readInputs(command, argv, {});
  const values = parseInputs(operation.inputs, flags) as Values;
  const root = process.cwd();
  const facts = inspectFolder(root);
  const isAsked = !values.yes && process.stdin.isTTY === true;
  const chosen = await choose(values, facts, root, process.env, isAsked ? process : undefined);
  await withHost(process, { scope: 'init', inputs: flags }, async (host) => {
    try {
      const disk = createFiles(host);
      const draft = await draftProject(facts, chosen, disk);
      const role = roleOf(values, chosen, root);
      const files = [...draft.files, ...(role ? [role] : [])];
      refuseExisting(files, values.force ?? [], root);
      for (const { path, text } of files) host.log.info(`wrote ${await disk.writeArtifact(path, text)}`);
      for (const note of draft.notes) host.log.notice(note);
      host.log.info(
        [
          'Next:',
          ...nextSteps(draft.missing, chosen, role !== undefined).map((one, i) => `${i + 1}. ${one}`),
        ].join('\n'),
      );
      return 0;
    } catch (thrown) {
      const { code, summary, details, remedy, exitCode } = asLandfallError(thrown);
      host.log.error([`${code}: ${summary}`, ...details.map((one) => `  ${one}`), `→ ${remedy}`].join('\n'));
      return exitCode;
    }
  });
}

type Chosen = Parameters<typeof draftProject>[1];

async function choose(
  given: Values,
  facts: FolderFacts,
  root: string,
  env: NodeJS.ProcessEnv,
  terminal: NodeJS.Process | undefined,
): Promise<Chosen> {
  const ask = async (question: string, standard: string | undefined) => {
    if (!terminal) return standard;
    const line = createInterface({ input: terminal.stdin, output: terminal.stderr });
    const answer = await line.question(`${question}${standard === undefined ? '' : ` [${standard}]`}: `);
    line.close();
    return answer.trim() || standard;
  };
  const folder = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  const [only, ...others] = facts.ci;
  const answers = new Map<string, string>();
  const answer = async (name: 'name' | 'ci' | 'region', question: string, standard: string | undefined) => {
    const value = given[name] ?? (await ask(question, standard));
    if (value !== undefined && value !== '') answers.set(name, value);
  };
  await answer('name', 'Name of the application', folder || undefined);
  await answer('ci', 'CI (github, circleci, codebuild)', others.length > 0 ? undefined : (only ?? 'github'));
  await answer('region', 'AWS region', env.AWS_REGION ?? env.AWS_DEFAULT_REGION);
  const missing = ['name', 'ci', 'region'].filter((name) => !answers.has(name));
  if (missing.length > 0)
    throw invalidInputs(missing.map((input) => ({ input, problem: `is required${reasonOf(input, facts)}` })));
  const { name, ci, region } = parseInputs(
    { name: inputs.name, ci: inputs.ci, region: inputs.region },
    answers,
  );
  const vars = {
    ...(given.subnets && { subnets: given.subnets }),
    ...(given.securityGroups && { securityGroups: given.securityGroups }),
    ...(given.executionRole && { executionRoleArn: given.executionRole }),
  };
  return { ...given, name: name ?? '', ci: ci ?? 'github', region: region ?? '', vars };
}

const reasonOf = (input: string, { ci }: FolderFacts) =>
  input === 'ci' ? `: the files of ${ci.join(' and ')} are here` : '';

/** The role, where the flags or the folder say whom it trusts. */
function roleOf(given: Values, { ci, name, region, branch, cluster = 'default' }: Chosen, root: string) {
  const repository = given.trustRepository ?? (ci === 'github' ? originOf(root) : undefined);
  const isKnown = {
    github: repository !== undefined,
    circleci: given.trustOrganization !== undefined && given.trustProjects !== undefined,
    codebuild: given.account !== undefined && given.trustProjects !== undefined,
  };
  if (!isKnown[ci]) return undefined;
  const flag = (key: string, value: string | readonly string[] | undefined) =>
    value === undefined ? [] : [`--${key}`, String(value)];
  const hasBranches = ci === 'github' ? given.trustEnvironments === undefined : repository !== undefined;
  const flags = [
    ...['--trust', ci, '--format', 'cloudformation', '--region', region, '--cluster', cluster],
    ...flag('account', given.account),
    ...flag('trust-repository', ci === 'codebuild' ? undefined : repository),
    ...flag('trust-repository-ids', given.trustRepositoryIds),
    ...flag('trust-environments', given.trustEnvironments),
    ...flag('trust-branches', ci !== 'codebuild' && hasBranches ? branch : undefined),
    ...flag('trust-organization', given.trustOrganization),
    ...flag('trust-projects', given.trustProjects),
    ...flag('repository', name),
  ];
  const permissions = [ecrLogin, buildPush, deployManifest].flatMap((one) => one.permissions);
  const operation: Operation = {
    ...(deployManifest as Operation),
    inputs: { ...buildPush.inputs, ...deployManifest.inputs },
    permissions,
  };
  return {
    path: roleFile,
    text: trustPolicyOfFlags(flags, (others) => JSON.parse(iamPolicyOfFlags(operation, others))),
  };
}

/** `owner/name` of the remote on GitHub. */
function originOf(root: string): string | undefined {
  const file = join(root, '.git', 'config');
  if (!existsSync(file)) return undefined;
  return /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\s*$/m.exec(readFileSync(file, 'utf8'))?.[1];
}

function refuseExisting(files: readonly DraftFile[], force: readonly string[], root: string): void {
  const there = files.map(({ path }) => path).filter((path) => existsSync(join(root, path)));
  const kept = there.filter((path) => !force.includes(path));
  if (kept.length === 0) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `nothing was written, because ${kept.join(', ')} ${kept.length === 1 ? 'is' : 'are'} there already`,
    remedy: `Move them, or replace them with --force ${kept.join(',')}.`,
    facts: { files: kept },
  });
}

const nextSteps = (missing: readonly string[], { ci, name, environment }: Chosen, hasRole: boolean) => [
  ...(missing.length > 0
    ? [`Give the variables ${missing.join(', ')} values under vars of landfall.yml.`]
    : []),
  `Check it: landfall check-manifest`,
  `Create the repository: landfall ensure-repository --repository ${name}`,
  hasRole
    ? `Create the role: aws cloudformation deploy --stack-name ${name}-deploy --template-file ${roleFile} --capabilities CAPABILITY_IAM`
    : `Create the role: landfall iam-policy pipeline --trust ${ci} (docs/credentials.md)`,
  {
    github: 'Set the variable AWS_ROLE_ARN of the repository to the ARN of the role.',
    circleci: 'Set AWS_ROLE_ARN in the context aws, and sha256 to that of the release.',
    codebuild:
      'Use the role and buildspec.deploy.yml in the project, in privileged mode, in an image with landfall.',
  }[ci],
  `Push: the pipeline builds the image and deploys ${environment}.`,
];
