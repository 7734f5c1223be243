/** Who may assume a role: the jobs of a CI platform, and no others. */

/** The jobs of a GitHub repository. */
interface GitHubTrust {
  readonly platform: 'github';
  /** `owner/name`. */
  readonly repository: string;
  /** Of the owner and the repository, for the immutable form of the subject. */
  readonly ids: { readonly owner: string; readonly repository: string } | undefined;
  readonly environments: readonly string[];
  readonly branches: readonly string[];
}
/** The jobs of projects of a CircleCI organization. */
interface CircleCiTrust {
  readonly platform: 'circleci';
  readonly organization: string;
  readonly projects: readonly string[];
  /** Where the branches are: `github.com/owner/name`. */
  readonly repository: string | undefined;
  readonly branches: readonly string[];
}
/** CodeBuild, for projects of an account. */
interface CodeBuildTrust {
  readonly platform: 'codebuild';
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly projects: readonly string[];
}
export type Trust = GitHubTrust | CircleCiTrust | CodeBuildTrust;

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
interface TrustPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Principal: Readonly<Record<string, unknown>>;
    readonly Action: string;
    readonly Condition: Conditions;
  }[];
}

type FederatedTrust = GitHubTrust | CircleCiTrust;
interface Provider {
  /** Without its scheme. */
  readonly issuer: string;
  /** Of its tokens. */
  readonly audience: string;
}

/** The OpenID Connect provider of a platform; AWS trusts its own services without one. */
export const providerOf = (trust: Trust): Provider | undefined =>
  trust.platform === 'codebuild' ? undefined : federatedProvider(trust);

/** https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/ */
const federatedProvider = (trust: FederatedTrust): Provider =>
  trust.platform === 'github'
    ? { issuer: 'token.actions.githubusercontent.com', audience: 'sts.amazonaws.com' }
    : { issuer: `oidc.circleci.com/org/${trust.organization}`, audience: trust.organization };

/** @param providerArn of the provider in the account of the role, or what a template has for it */
export function trustPolicy(trust: Trust, providerArn: unknown): TrustPolicy {
  const statement =
    trust.platform === 'codebuild'
      ? {
          Principal: { Service: 'codebuild.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: codeBuildCondition(trust),
        }
      : {
          Principal: { Federated: providerArn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: withSubjects(federatedProvider(trust), subjectsOf(trust)),
        };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
}

function withSubjects({ issuer, audience }: Provider, subjects: readonly string[]): Conditions {
  const aud = { [`${issuer}:aud`]: audience };
  const sub = { [`${issuer}:sub`]: subjects.length === 1 ? subjects[0]! : subjects };
  return subjects.some((one) => /[*?]/.test(one))
    ? { StringEquals: aud, StringLike: sub }
    : { StringEquals: { ...aud, ...sub } };
}

const subjectsOf = (trust: FederatedTrust): readonly string[] =>
  trust.platform === 'github' ? gitHubSubjects(trust) : circleCiSubjects(trust);

/**
 * A job of an environment has the environment in its subject, and not its branch. Repositories that were created,
 * renamed or transferred since 2026-07-15 have the ids in it, too.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
function gitHubSubjects({ repository, ids, environments, branches }: GitHubTrust): readonly string[] {
  const [owner = '', name = ''] = repository.split('/');
  const whole = ids ? `${owner}@${ids.owner}/${name}@${ids.repository}` : repository;
  return [
    ...environments.map((one) => `repo:${whole}:environment:${one}`),
    ...branches.map((one) => `repo:${whole}:ref:refs/heads/${one}`),
  ];
}

/** A user's id has a fixed length: a `*` would match the name of a branch that imitates the rest of a subject. */
const anyUser = '????????-????-????-????-????????????';

/** Of `CIRCLE_OIDC_TOKEN`, or with branches of `CIRCLE_OIDC_TOKEN_V2`, which alone says them. */
function circleCiSubjects({
  organization,
  projects,
  repository,
  branches,
}: CircleCiTrust): readonly string[] {
  return projects.flatMap((project) => {
    const jobs = `org/${organization}/project/${project}/user/${anyUser}`;
    return branches.length === 0
      ? [jobs, `${jobs}/vcs-origin/*`]
      : branches.map((branch) => `${jobs}/vcs-origin/${repository}/vcs-ref/refs/heads/${branch}`);
  });
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html */
function codeBuildCondition({ partition, region, account, projects }: CodeBuildTrust): Conditions {
  const arns = projects.map((name) => `arn:${partition}:codebuild:${region}:${account}:project/${name}`);
  return {
    StringEquals: {
      'aws:SourceAccount': account,
      'aws:SourceArn': arns.length === 1 ? arns[0]! : arns,
    },
  };
}

interface Permissions {
  readonly Version: string;
  readonly Statement: readonly object[];
}

/** Characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const inlineLimit = 10_240;
const managedLimit = 6144;

/** The statements in policies of their own, as many as are needed. */
function managedPolicies({ Version, Statement }: Permissions) {
  const documents: object[][] = [[]];
  for (const statement of Statement) {
    const last = documents.at(-1) ?? [];
    const isFull = JSON.stringify({ Version, Statement: [...last, statement] }).length > managedLimit;
    if (isFull) documents.push([statement]);
    else last.push(statement);
  }
  return Object.fromEntries(
    documents.map((statements, index) => [
      `Policy${index + 1}`,
      {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Version, Statement: statements } },
      },
    ]),
  );
}

/** A CloudFormation template of the role, and of the provider unless the account has it. */
export function roleTemplate(trust: Trust, permissions: Permissions | undefined) {
  const provider = providerOf(trust);
  const arn = {
    'Fn::If': [
      'HasNoProvider',
      { Ref: 'Provider' },
      { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/${provider?.issuer}` },
    ],
  };
  const isInline = JSON.stringify(permissions ?? {}).length <= inlineLimit;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `The role that ${platformNames[trust.platform]} assumes to deploy`,
    ...(provider && {
      Parameters: {
        CreateProvider: {
          Type: 'String',
          AllowedValues: ['true', 'false'],
          Default: 'true',
          Description: `false if the account has the OpenID Connect provider ${provider.issuer} already: it can have one`,
        },
      },
      Conditions: { HasNoProvider: { 'Fn::Equals': [{ Ref: 'CreateProvider' }, 'true'] } },
    }),
    Resources: {
      ...(provider && {
        Provider: {
          Type: 'AWS::IAM::OIDCProvider',
          Condition: 'HasNoProvider',
          Properties: { Url: `https://${provider.issuer}`, ClientIdList: [provider.audience] },
        },
      }),
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: trustPolicy(trust, arn),
          ...(permissions &&
            isInline && { Policies: [{ PolicyName: 'landfall', PolicyDocument: permissions }] }),
        },
      },
      ...(permissions && !isInline && managedPolicies(permissions)),
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  };
}

const platformNames = { github: 'GitHub Actions', circleci: 'CircleCI', codebuild: 'CodeBuild' };
