import { arnParts } from '../../account/arn.ts';
import { ecrHost } from '../../image/reference/ecr-host.ts';
import { parseImageReference } from '../../image/reference/image-reference.ts';
import type { Probe } from '../../reading/probe.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok, skip, warn } from '../check.ts';
import { type Answer, simulate } from '../simulate.ts';
import { containersOf, onFargate, type Subject } from '../subject.ts';
import { logGroupsOf } from './log-groups.ts';
import type { Role } from './roles.ts';
import { secretUses } from './secret-references.ts';

/** What ECS does with the execution role before a container starts. */
interface StartNeed {
  readonly what: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** A policy of the resource can allow it too, and the simulation does not see that. */
  readonly elsewhere: boolean;
}

/**
 * Secrets and parameters are read with the execution role everywhere, images pulled and logs written with it on
 * Fargate only: on EC2 the instance's role may do that.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
function startNeeds(subject: Subject, roleArn: string, region: string): readonly StartNeed[] {
  const { partition = 'aws', account = '' } = arnParts(roleArn) ?? {};
  const arn = (service: string, at: string, resource: string) =>
    `arn:${partition}:${service}:${at}:${account}:${resource}`;
  const references = secretUses(subject).map(({ reference }) => reference);
  const secrets = references.flatMap((one) =>
    one.kind === 'secret' && one.id.startsWith('arn:') ? [one.id] : [],
  );
  const parameters = references.flatMap((one) =>
    one.kind === 'parameter'
      ? [arn('ssm', one.region ?? region, `parameter/${one.name.replace(/^\//, '')}`)]
      : [],
  );
  const fargate = onFargate(subject);
  const groups = fargate
    ? logGroupsOf(subject).map((group) => arn('logs', group.region ?? region, `log-group:${group.name}:*`))
    : [];
  const repositories = fargate ? repositoriesOf(subject, partition) : [];
  const needs: StartNeed[] = [
    {
      what: 'read the secrets',
      actions: ['secretsmanager:GetSecretValue'],
      resources: secrets,
      elsewhere: true,
    },
    { what: 'read the parameters', actions: ['ssm:GetParameters'], resources: parameters, elsewhere: false },
    {
      what: 'write the logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: groups,
      elsewhere: false,
    },
    {
      what: 'pull the images',
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: repositories,
      elsewhere: true,
    },
    {
      what: 'log in to ECR',
      actions: ['ecr:GetAuthorizationToken'],
      resources: repositories.length > 0 ? ['*'] : [],
      elsewhere: false,
    },
  ];
  return needs
    .filter(({ resources }) => resources.length > 0)
    .map((need) => ({ ...need, resources: [...new Set(need.resources)] }));
}

const repositoriesOf = (subject: Subject, partition: string): readonly string[] =>
  containersOf(subject).flatMap(({ image = '' }) => {
    const parsed = parseImageReference(image);
    const host = parsed.ok ? ecrHost(parsed.reference.registry ?? '') : undefined;
    return parsed.ok && host?.kind === 'private'
      ? [`arn:${partition}:ecr:${host.region}:${host.accountId}:repository/${parsed.reference.repository}`]
      : [];
  });

interface AnsweredNeed {
  readonly need: StartNeed;
  readonly answers: Probe<readonly Answer[]>;
}

export async function readStartNeeds(
  subject: Subject,
  roles: readonly Role[],
  world: World,
): Promise<readonly AnsweredNeed[]> {
  const role = roles.find(({ of }) => of === 'execution role')?.role;
  if (role?.kind !== 'found') return [];
  const principal = role.value.arn;
  return Promise.all(
    startNeeds(subject, principal, world.aws.region).map(async (need) => ({
      need,
      answers: await simulate({ principal, actions: need.actions, resources: need.resources }, world),
    })),
  );
}

export function checkStartNeeds(answered: readonly AnsweredNeed[]): readonly Check[] {
  const subject = 'execution role';
  const denied = answered.find(({ answers }) => answers.kind === 'denied');
  if (denied?.answers.kind === 'denied') {
    return [
      warn(
        'role',
        subject,
        `may or may not ${answered.map(({ need }) => need.what).join(', ')}: the caller lacks ${denied.answers.action} to find out`,
        `Allow ${denied.answers.action} to the role of this job, so that this can be checked.`,
      ),
    ];
  }
  return answered.map(({ need, answers }): Check => {
    if (answers.kind !== 'found') {
      return skip('role', subject, `may or may not ${need.what}: its policies could not be evaluated`);
    }
    const missing = answers.value.filter(({ decision }) => decision !== 'allowed');
    if (missing.length === 0) return ok('role', subject, `may ${need.what}`);
    const actions = [...new Set(missing.map(({ action }) => action))].join(', ');
    const on = [...new Set(missing.map(({ resource }) => resource))].join(', ');
    const remedy = `Allow ${actions} on ${on} to the execution role.`;
    const forbidden = missing.some(({ decision }) => decision === 'explicitDeny');
    if (forbidden || !need.elsewhere) {
      return error(
        'role',
        subject,
        `may not ${need.what}: ${forbidden ? 'a policy denies' : 'it lacks'} ${actions}`,
        remedy,
      );
    }
    return warn(
      'role',
      subject,
      `may ${need.what} only if the resource policy allows it: it lacks ${actions}`,
      remedy,
    );
  });
}
