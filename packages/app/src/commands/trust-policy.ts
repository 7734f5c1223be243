import { providerOf, roleTemplate, type Trust, trustPolicy } from '@landfall/core/iam-policy/trust-policy';
import { partitionOf, partitions } from '@landfall/core/image/reference/ecr-host';
import type { Pattern, ValuesOf } from '@landfall/core/inputs/input';
import { choice, list, text } from '@landfall/core/inputs/kinds';
import { type InputProblem, invalidInputs, parseInputs } from '@landfall/core/inputs/parse-inputs';
import * as patterns from '@landfall/core/inputs/patterns';
import type { Operation } from '@landfall/core/operation/operation';
import { readInputs } from '../flags/read-inputs.ts';
import { iamPolicyOfFlags } from './iam-policy.ts';

/** What ends in `*` begins with something: a wildcard over everything trusts every job. */
const prefix: Pattern = {
  expression: /^[\w][\w./+-]*\*?$/,
  rule: 'a name, with * at most at its end',
};
const uuid: Pattern = {
  expression: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  rule: 'the UUID of the settings page, in lower case',
};

export const trustFlags = {
  trust: choice(['github', 'circleci', 'codebuild'], {
    required: true,
    description: 'The platform whose jobs may assume the role.',
  }),
  format: choice(['json', 'cloudformation'], {
    default: 'json',
    description:
      'The trust policy alone (`json`), or a template of the role with its OpenID Connect provider and, if an operation is named, its permissions (`cloudformation`).',
  }),
  account: text({ pattern: patterns.accountId, description: 'The account of the role.' }),
  region: text({ pattern: patterns.region, description: 'For CodeBuild: the region of the projects.' }),
  partition: choice(partitions, { description: 'The partition. By default, that of the region, or `aws`.' }),
  'trust-repository': text({
    pattern: {
      expression: /^(?:[\w.-]+\.[a-z]+\/)?[\w.-]+\/[\w.-]+$/,
      rule: 'owner/name, for CircleCI with its host: github.com/owner/name',
    },
    description: 'The repository whose jobs are trusted; for CircleCI, needed with `trust-branches`.',
  }),
  'trust-repository-ids': text({
    pattern: { expression: /^\d{1,20}\/\d{1,20}$/, rule: 'owner-id/repository-id, like 123456/456789' },
    description:
      'For GitHub: the ids, for the immutable form of the subject, which repositories created, renamed or transferred since 2026-07-15 have: `gh api repos/owner/name --jq \'"\\(.owner.id)/\\(.id)"\'`.',
  }),
  'trust-environments': list({
    item: { expression: /^[\w][\w .-]*\*?$/, rule: prefix.rule },
    description: 'For GitHub: the environments whose jobs are trusted.',
  }),
  'trust-branches': list({ item: prefix, description: 'The branches whose jobs are trusted.' }),
  'trust-organization': text({ pattern: uuid, description: 'For CircleCI: the id of the organization.' }),
  'trust-projects': list({
    item: {
      expression: /^[A-Za-z0-9][A-Za-z0-9_-]{1,254}$/,
      rule: 'the id of a CircleCI project or the name of a CodeBuild project',
    },
    description: 'For CircleCI, the ids of the projects; for CodeBuild, their names.',
  }),
};
type Values = ValuesOf<typeof trustFlags>;

const isTrustFlag = (word: string) => /^--(?:trust(?:-[a-z-]+)?|format)(?:=|$)/.test(word);

/**
 * What `landfall iam-policy [operation] …` prints: the policy of the operation, or who may assume a role.
 * @throws INPUT_INVALID
 */
export function policyOfFlags(operation: Operation | undefined, argv: readonly string[]): string {
  if (!operation) return trustPolicyOfFlags(argv, undefined);
  return argv.some(isTrustFlag)
    ? trustPolicyOfFlags(argv, (others) => JSON.parse(iamPolicyOfFlags(operation, others)))
    : iamPolicyOfFlags(operation, argv);
}

/** The flags of the trust policy, and the others, which are of the policy of an operation. */
export function splitFlags(argv: readonly string[]): {
  readonly trust: readonly string[];
  readonly others: readonly string[];
} {
  const trust: string[] = [];
  const others: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at]!;
    const isShared = /^--(?:account|region|partition)(?:=|$)/.test(word);
    const value = word.includes('=') || argv[at + 1]?.startsWith('--') !== false ? [] : [argv[++at]!];
    if (isShared || isTrustFlag(word)) trust.push(word, ...value);
    if (isShared || !isTrustFlag(word)) others.push(word, ...value);
  }
  return { trust, others };
}

/**
 * `landfall iam-policy [operation] --trust <platform> …`.
 * @throws INPUT_INVALID
 */
export function trustPolicyOfFlags(
  argv: readonly string[],
  permissionsOf: ((flags: readonly string[]) => Parameters<typeof roleTemplate>[1]) | undefined,
): string {
  const { trust: flags, others } = splitFlags(permissionsOf ? argv : []);
  const command = { name: 'iam-policy', inputs: trustFlags } as Pick<
    Operation,
    'name' | 'inputs'
  > as Operation;
  const { inputs: given, operation } = readInputs(command, permissionsOf ? flags : argv, {});
  const values = parseInputs(operation.inputs, given) as Values;
  const problems = problemsOf(values);
  if (permissionsOf && values.format === 'json')
    problems.push({
      input: 'format',
      problem: 'must be cloudformation where an operation is named: a trust policy holds no permissions',
    });
  if (problems.length > 0) throw invalidInputs(problems);
  const trust = trustOf(values);
  const partition = values.partition ?? partitionOf(values.region ?? '');
  const document =
    values.format === 'cloudformation'
      ? roleTemplate(trust, permissionsOf?.(others))
      : trustPolicy(
          trust,
          `arn:${partition}:iam::${values.account}:oidc-provider/${providerOf(trust)?.issuer}`,
        );
  return `${JSON.stringify(document, null, 2)}\n`;
}

function problemsOf(given: Values): InputProblem[] {
  const { trust } = given;
  const problems: InputProblem[] = [];
  const need = (input: string, isThere: boolean) => {
    if (!isThere) problems.push({ input, problem: `is required with trust ${trust}` });
  };
  const isFederated = trust !== 'codebuild';
  if (!isFederated || given.format === 'json') need('account', given.account !== undefined);
  if (trust === 'github') {
    need('trust-repository', given.trustRepository !== undefined);
    if (given.trustEnvironments === undefined && given.trustBranches === undefined)
      problems.push({
        input: 'trust-environments',
        problem:
          'or trust-branches is required: otherwise every job of the repository is trusted, also of a pull request',
      });
    if (given.trustRepository?.split('/').length === 3)
      problems.push({ input: 'trust-repository', problem: 'must be owner/name for GitHub, without a host' });
  }
  if (trust === 'circleci') {
    need('trust-organization', given.trustOrganization !== undefined);
    need('trust-projects', given.trustProjects !== undefined);
    for (const project of given.trustProjects ?? [])
      if (!uuid.expression.test(project))
        problems.push({
          input: 'trust-projects',
          problem: `must be ids for CircleCI, ${uuid.rule}; got "${project}"`,
        });
    if (given.trustBranches !== undefined && given.trustRepository?.split('/').length !== 3)
      problems.push({
        input: 'trust-repository',
        problem: 'is required with trust-branches, with its host: github.com/owner/name',
      });
  }
  if (trust === 'codebuild') {
    need('region', given.region !== undefined);
    need('trust-projects', given.trustProjects !== undefined);
  }
  return problems;
}

function trustOf(given: Values): Trust {
  const branches = given.trustBranches ?? [];
  const projects = given.trustProjects ?? [];
  const { trustRepository: repository = '', account = '', region = '' } = given;
  const [owner = '', id = ''] = given.trustRepositoryIds?.split('/') ?? [];
  switch (given.trust) {
    case 'github':
      return {
        platform: 'github',
        repository,
        ids: given.trustRepositoryIds === undefined ? undefined : { owner, repository: id },
        environments: given.trustEnvironments ?? [],
        branches,
      };
    case 'circleci':
      return {
        platform: 'circleci',
        organization: given.trustOrganization ?? '',
        projects,
        repository: given.trustRepository,
        branches,
      };
    case 'codebuild': {
      const partition = given.partition ?? partitionOf(region);
      return { platform: 'codebuild', partition, region, account, projects };
    }
  }
}
