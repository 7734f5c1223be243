import { nameInArn } from '../../account/arn.ts';
import { isObject } from '../../documents/canonical.ts';
import { ecrHost } from '../../image/reference/ecr-host.ts';
import { parseImageReference } from '../../image/reference/image-reference.ts';
import { type Probe, probe } from '../../reading/probe.ts';
import { asList } from '../../task-definition/parse/plain.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok, skip, warn } from '../check.ts';
import { notFound } from '../not-found.ts';
import { type Answer, simulate } from '../simulate.ts';
import { containersOf, onFargate, type Subject } from '../subject.ts';
import { secretUses } from './secret-references.ts';

interface RoleFacts {
  readonly arn: string;
  readonly trusted: boolean;
}

export interface Role {
  readonly of: 'task role' | 'execution role';
  readonly name: string;
  readonly role: Probe<RoleFacts>;
  /** Whether the caller may pass it to ECS; undefined when that was not asked. */
  readonly passable: Probe<readonly Answer[]> | undefined;
}

export async function readRoles(subject: Subject, world: World): Promise<readonly Role[]> {
  const { taskRoleArn, executionRoleArn } = subject.taskDefinition;
  const caller = taskRoleArn || executionRoleArn ? await callerRole(world) : undefined;
  const read = async (of: Role['of'], given: string | undefined): Promise<readonly Role[]> => {
    if (!given) return [];
    const name = nameInArn(given);
    const role = await readRole(name, world);
    const passable =
      role.kind === 'found' && caller?.kind === 'found'
        ? await simulate(
            {
              principal: caller.value,
              actions: ['iam:PassRole'],
              resources: [role.value.arn],
              context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
            },
            world,
          )
        : undefined;
    return [{ of, name, role, passable }];
  };
  const roles = await Promise.all([read('execution role', executionRoleArn), read('task role', taskRoleArn)]);
  return roles.flat();
}

const readRole = (name: string, { aws, host }: World): Promise<Probe<RoleFacts>> =>
  probe(async () => {
    const { Role: role } = await (await aws.iam()).getRole({ RoleName: name }, { signal: host.cancellation });
    return role?.Arn === undefined
      ? undefined
      : { arn: role.Arn, trusted: trustsTasks(role.AssumeRolePolicyDocument ?? '') };
  });

/** Whose policies to simulate: a session's are its role's, whose path only IAM knows. */
const callerRole = (world: World): Promise<Probe<string>> =>
  probe(async () => {
    const sts = await world.aws.sts();
    const { Arn: arn = '' } = await sts.getCallerIdentity({}, { signal: world.host.cancellation });
    const session = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
    if (!session) return arn;
    const role = await readRole(session[3]!, world);
    return role.kind === 'found' ? role.value.arn : `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
  });

export function checkRoles(subject: Subject, roles: readonly Role[]): readonly Check[] {
  const need = subject.taskDefinition.executionRoleArn ? undefined : executionRoleNeed(subject);
  return [
    ...(need === undefined
      ? []
      : [
          error(
            'role',
            'execution role',
            `is not set, but ${need}`,
            'Set executionRoleArn to a role with the policy AmazonECSTaskExecutionRolePolicy.',
          ),
        ]),
    ...(roles.length === 0 && need === undefined ? [skip('role', 'roles', 'are not used')] : []),
    ...roles.flatMap(checkRole),
  ];
}

/** Why ECS needs an execution role, completing a sentence; undefined when it does not. */
function executionRoleNeed(subject: Subject): string | undefined {
  if (secretUses(subject).length > 0) return 'ECS reads secrets with it';
  if (!onFargate(subject)) return undefined;
  for (const { image = '', logConfiguration, name } of containersOf(subject)) {
    const parsed = parseImageReference(image);
    if (parsed.ok && ecrHost(parsed.reference.registry ?? '')?.kind === 'private') {
      return `Fargate pulls the image of container ${name} from ECR with it`;
    }
    if (logConfiguration?.logDriver === 'awslogs') {
      return `Fargate writes the log of container ${name} with it`;
    }
  }
  return undefined;
}

function checkRole({ of, name, role, passable }: Role): readonly Check[] {
  const subject = `${of} ${name}`;
  if (role.kind !== 'found') {
    return [
      notFound('role', subject, role, {
        message: 'does not exist',
        remedy: 'Create the role, or correct its name in the task definition.',
      }),
    ];
  }
  const trust = role.value.trusted
    ? ok('role', subject, 'exists and trusts ecs-tasks.amazonaws.com')
    : error(
        'role',
        subject,
        'does not trust ecs-tasks.amazonaws.com, so no task can assume it',
        'Allow sts:AssumeRole to the service ecs-tasks.amazonaws.com in its trust policy.',
      );
  return [trust, passCheck(subject, role.value.arn, passable)];
}

function passCheck(subject: string, arn: string, passable: Role['passable']): Check {
  if (passable?.kind === 'denied') {
    return warn(
      'role',
      subject,
      `may or may not be passed: the caller lacks ${passable.action} to find out`,
      `Allow ${passable.action} to the role of this job, so that this can be checked.`,
    );
  }
  if (passable?.kind !== 'found') {
    return skip(
      'role',
      subject,
      'may or may not be passed: the policies of the caller could not be evaluated',
    );
  }
  if (passable.value.every(({ decision }) => decision === 'allowed')) {
    return ok('role', subject, 'may be passed to ECS by the caller');
  }
  return error(
    'role',
    subject,
    'may not be passed to ECS by the caller',
    `Allow iam:PassRole on ${arn} to the role of this job, with iam:PassedToService = ecs-tasks.amazonaws.com.`,
  );
}

const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/**
 * Whether a trust policy lets ECS tasks assume the role. IAM answers the document URL-encoded. Conditions are not
 * judged: a statement that has one counts as allowing.
 */
export function trustsTasks(document: string): boolean {
  let policy: unknown;
  try {
    policy = JSON.parse(document.startsWith('%') ? decodeURIComponent(document) : document);
  } catch {
    // A document that is no JSON allows nothing.
    return false;
  }
  const statements = isObject(policy) ? list(policy.Statement) : [];
  return statements.some((one) => {
    if (!isObject(one) || one.Effect !== 'Allow') return false;
    const principal = one.Principal;
    const services = isObject(principal) ? asList(list(principal.Service)) : [];
    const acts = list(one.Action).some((action) => ['sts:AssumeRole', 'sts:*', '*'].includes(String(action)));
    return acts && (principal === '*' || services.some((service) => service === 'ecs-tasks.amazonaws.com'));
  });
}
