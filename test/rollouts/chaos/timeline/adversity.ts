import type { FaultRule } from '@landfall/sandbox/faults/fault';
import type { Draw } from './draw.ts';
import type { Act, Attempt, Lag, OperationName, Strategy } from './timeline.ts';

export const readCalls: Readonly<Record<'ecs' | 'codeDeploy' | 'tasks', readonly string[]>> = {
  ecs: [
    'ecs:DescribeServices',
    'ecs:DescribeServices',
    'ecs:DescribeServiceDeployments',
    'ecs:ListServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:DescribeTaskDefinition',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
  ],
  codeDeploy: [
    'codedeploy:GetDeploymentGroup',
    'codedeploy:ListDeployments',
    'codedeploy:BatchGetDeployments',
    'codedeploy:GetDeployment',
    'codedeploy:GetDeploymentTarget',
  ],
  tasks: ['ecs:DescribeTaskDefinition', 'ecs:DescribeTasks', 'ecs:ListTasks', 'logs:GetLogEvents'],
};

/** The writes that an operation sends, of which an answer may be lost. */
export const writesOf = (operation: OperationName, strategy: Strategy): readonly string[] => {
  if (operation === 'run-task') return ['ecs:RegisterTaskDefinition', 'ecs:RunTask'];
  if (operation === 'scale-service') return ['ecs:UpdateService'];
  const begins =
    strategy === 'CODE_DEPLOY'
      ? ['codedeploy:CreateDeployment', 'codedeploy:StopDeployment', 'codedeploy:ContinueDeployment']
      : strategy === 'EXTERNAL'
        ? ['ecs:CreateTaskSet', 'ecs:UpdateServicePrimaryTaskSet', 'ecs:DeleteTaskSet']
        : operation === 'deploy-express-service'
          ? ['ecs:UpdateExpressGatewayService']
          : ['ecs:UpdateService', 'ecs:StopServiceDeployment', 'ecs:ContinueServiceDeployment'];
  return operation === 'deploy-service' ? ['ecs:RegisterTaskDefinition', ...begins] : begins;
};

const readsOf = (operation: OperationName, strategy: Strategy): readonly string[] =>
  operation === 'run-task'
    ? readCalls.tasks
    : strategy === 'CODE_DEPLOY'
      ? [...readCalls.ecs, ...readCalls.codeDeploy]
      : strategy === 'EXTERNAL'
        ? [...readCalls.ecs, 'ecs:DescribeTaskSets']
        : readCalls.ecs;

/** The first request takes effect, and its response never arrives. */
export function lostAnswer(name: string): FaultRule {
  const [service, operation] = name.split(':') as [string, string];
  return { service, operation, from: 1, count: 1, fault: { kind: 'hang', effect: 'applied' } };
}

/** What goes wrong with calls: reads now and then, and the answers to writes. */
export function faultsFrom(draw: Draw, operation: OperationName, strategy: Strategy): readonly FaultRule[] {
  // Behind a Classic Load Balancer there may be no service deployments at all.
  const isUnread = draw.chance(strategy === 'CLASSIC' ? 0.6 : 0.06) && strategy !== 'EXPRESS';
  const calls = { reads: readsOf(operation, strategy), writes: writesOf(operation, strategy) };
  return faultsOn(draw, calls, isUnread);
}

/** @param isUnread whether service deployments may not be read */
export function faultsOn(
  draw: Draw,
  { reads, writes }: { readonly reads: readonly string[]; readonly writes: readonly string[] },
  isUnread: boolean,
): readonly FaultRule[] {
  const { chance, pick, between } = draw;
  const rule = (name: string, fault: FaultRule['fault'], from: number, count: number): FaultRule => {
    const [service, call] = name.split(':') as [string, string];
    return { service, operation: call, from, count, fault };
  };
  const failure = () =>
    pick<FaultRule['fault']>([
      { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
      { kind: 'error', code: 'ServerException', message: 'Service Unavailable', status: 500 },
      { kind: 'reset', effect: 'none' },
      { kind: 'truncate' },
      { kind: 'html', effect: 'none' },
      { kind: 'empty', effect: 'none' },
      { kind: 'latency', milliseconds: between(0, 5000) },
    ]);
  const lost = () =>
    pick<FaultRule['fault']>([
      { kind: 'reset', effect: 'applied' },
      { kind: 'truncate' },
      { kind: 'html', effect: 'applied' },
      { kind: 'null', effect: 'applied' },
      { kind: 'hang', effect: 'applied' },
    ]);
  const denied = { kind: 'error', code: 'AccessDeniedException', message: 'not authorized' } as const;
  return [
    ...(isUnread
      ? ['List', 'Describe'].map((verb) => rule(`ecs:${verb}ServiceDeployments`, denied, 1, 10_000))
      : []),
    ...Array.from({ length: chance(0.5) ? between(1, 4) : 0 }, () =>
      rule(pick(reads), failure(), between(1, 13), between(1, 7)),
    ),
    ...(chance(0.25) ? [rule(pick(writes), lost(), between(1, 3), 1)] : []),
    ...(chance(0.15) ? [rule(pick(writes), failure(), between(1, 3), between(1, 4))] : []),
  ];
}

/** Most reads are up to date in most timelines; now and then all are behind; seldom for longer than they should be. */
export function lagFrom({ chance, pick }: Draw): Lag {
  if (chance(0.5)) return { most: 0, share: 0, answers: 0 };
  return {
    most: chance(0.06) ? 90_000 : pick([4000, 12_000, 28_000]),
    share: pick([0.3, 0.7, 1]),
    answers: chance(0.2) ? 1 : 0,
  };
}

/** What others may do to a service, by how it is deployed. */
function actFrom({ pick, between }: Draw, strategy: Strategy): Act {
  const always: readonly Act[] = [
    { what: 'deploy', version: 3 },
    { what: 'scale', count: between(0, 6) },
    { what: 'stop' },
    { what: 'alarm' },
    { what: 'stop-tasks' },
  ];
  if (strategy === 'EXTERNAL')
    return pick<Act>([
      ...always.filter((one) => one.what !== 'stop' && one.what !== 'alarm'),
      { what: 'deploy-beside', version: 3 },
      { what: 'delete-newest-set' },
      { what: 'take-back' },
      { what: 'no-traffic' },
    ]);
  if (strategy === 'CODE_DEPLOY') return pick<Act>([...always, { what: 'end-wait' }]);
  if (strategy === 'EXPRESS') return pick(always.filter((one) => one.what !== 'stop-tasks'));
  return pick<Act>([
    ...always,
    { what: 'continue', action: pick(['CONTINUE', 'ROLLBACK']) },
    { what: 'deploy', version: 2, force: true },
    { what: 'deploy', version: 1 },
  ]);
}

export function othersFrom(draw: Draw, strategy: Strategy, span: number): Attempt['others'] {
  const { chance, between } = draw;
  return Array.from({ length: chance(0.35) ? between(1, 3) : 0 }, () => ({
    ...(chance(0.4) ? { beforeCall: between(1, 14) } : { at: between(0, span) }),
    act: actFrom(draw, strategy),
  }));
}
