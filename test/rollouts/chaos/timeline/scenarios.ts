import type { KillAt } from '../../scenario/kill-at.ts';
import type { RunRequest } from '../judge/evidence.ts';
import { othersFrom, writesOf } from './adversity.ts';
import type { Draw } from './draw.ts';
import type { Attempt, Images, OperationName, Outside, Step, Strategy } from './timeline.ts';

const minute = 60_000;

/** What is to be done, and what was before it. */
export interface Scenario {
  readonly before: readonly Step[];
  readonly asked: RunRequest;
  readonly inputs: Readonly<Record<string, string>>;
  /** For how long others may act, in milliseconds. */
  readonly span: number;
}

type ScenarioOf = (draw: Draw, strategy: Strategy, images: Images, outside?: Outside) => Scenario;

const live = (version: number): Step => ({ wait: 30 * minute, act: { what: 'deploy', version } });
const changeOutside: Step = { wait: minute, act: { what: 'change-outside' } };
const begun = (draw: Draw, version: number): readonly Step[] => [
  { wait: 0, act: { what: 'deploy', version } },
  { wait: draw.between(0, draw.pick([5000, 60_000, 240_000])), act: { what: 'end-wait' } },
];
const rollingBack = (version: number): readonly Step[] => [
  { wait: 0, act: { what: 'deploy', version } },
  { wait: 20 * minute, untilRollingBack: true },
];

/** What is live was deployed again, and someone stopped that. */
const redeployStopped = (version: number): readonly Step[] => [
  live(version),
  { wait: 20_000, act: { what: 'deploy', version, force: true } },
  { wait: 10 * minute, act: { what: 'stop' } },
];
/** A tool makes a new task set PRIMARY and leaves the old one as it is. */
const handedOver = (version: number): readonly Step[] => [
  { wait: 5 * minute, act: { what: 'deploy-beside', version } },
  { wait: 5 * minute, act: { what: 'take-back' } },
];

const isStaged = (strategy: Strategy) => ['BLUE_GREEN', 'LINEAR', 'CANARY', 'CODE_DEPLOY'].includes(strategy);

const untilFrom = ({ chance, pick }: Draw, strategy: Strategy): string => {
  if (chance(0.06)) return 'started';
  if (!isStaged(strategy) || !chance(0.2)) return 'completed';
  return strategy === 'CODE_DEPLOY'
    ? pick(['traffic-shifted', 'codedeploy:AfterAllowTraffic', 'paused'])
    : pick(['traffic-shifted', 'stage:POST_SCALE_UP', 'stage:BAKE_TIME', 'paused']);
};

const waiting = (draw: Draw, until: string) => ({
  'wait-timeout': '90m',
  'wait-until': until,
  'on-pause': draw.pick(['end', 'wait']),
});

const deploy: ScenarioOf = (draw, strategy, images, outside) => {
  const { chance, pick, between } = draw;
  const isExpress = strategy === 'EXPRESS';
  const until = isExpress ? 'completed' : untilFrom(draw, strategy);
  const onCancel = pick(['leave', 'stop'] as const);
  const force = chance(0.12);
  const count = !isExpress && strategy !== 'EXTERNAL' && chance(0.15) ? between(0, 6) : undefined;
  const before = pick<() => readonly Step[]>([
    () => [],
    () => [],
    () => [],
    () => [live(2)],
    () => begun(draw, 3),
    () => begun(draw, 2),
    () => rollingBack(2),
    () => [live(3)],
    () => (strategy === 'EXTERNAL' ? [live(2)] : redeployStopped(2)),
  ])();
  const changed = outside ? [live(2), changeOutside] : [];
  const onOutsideChange = outside && chance(0.2) ? 'warn' : 'deploy';
  return {
    before: outside && chance(0.7) ? changed : before,
    asked: {
      operation: 'deploy',
      onOutsideChange,
      until,
      onCancel,
      image: images[2]!,
      force,
      ...(count !== undefined && { count }),
    },
    inputs: {
      ...waiting(draw, until),
      'on-cancel': onCancel,
      ...(force && { 'force-new-deployment': 'true' }),
      ...(outside && { 'on-outside-change': onOutsideChange }),
      ...(count !== undefined && { 'desired-count': String(count) }),
      ...(isExpress
        ? { service: '', 'task-definition': '', 'service-name': 'web', image: images[2]! }
        : { 'task-definition': 'version-2.json' }),
      ...(strategy === 'CODE_DEPLOY' && chance(0.25) && { 'codedeploy-appspec': 'deploy/appspec.json' }),
    },
    span: 5 * minute,
  };
};

const wait: ScenarioOf = (draw, strategy, images) => {
  const { chance, pick } = draw;
  const until = untilFrom(draw, strategy);
  const before = pick<() => readonly Step[]>([
    () => begun(draw, 2),
    () => begun(draw, 2),
    () => rollingBack(2),
    () => [live(2)],
    () => [live(2), { wait: 0, act: { what: 'deploy', version: 2, force: true } }],
    () => [{ wait: 20 * minute, act: { what: 'deploy', version: 2 } }, ...begun(draw, 3)],
    () => [],
  ])();
  const asks =
    before.length === 0 || strategy === 'EXTERNAL' ? 'nothing' : pick(['nothing', 'id', 'revision']);
  const version = pick([1, 2, 2]);
  return {
    before,
    asked: {
      operation: 'wait',
      until,
      onCancel: 'leave',
      ...(asks === 'id' && { deploymentId: newest }),
      ...(asks === 'revision' && { image: images[version]! }),
    },
    inputs: {
      ...waiting(draw, until),
      'task-definition': asks === 'revision' ? `@${version}` : '',
      ...(asks === 'id' && { 'deployment-id': newest }),
      ...(chance(0.1) && { 'stall-timeout': '5m' }),
    },
    span: 4 * minute,
  };
};

/** Stands for the id of the newest deployment when the attempt begins. */
export const newest = '@newest';

const rollback: ScenarioOf = (draw, strategy, images, outside) => {
  const { chance, pick } = draw;
  const before = pick<() => readonly Step[]>([
    () => [live(2)],
    () => [live(2), live(3)],
    () => [live(2), live(3)],
    () => [live(3), live(1), live(2)],
    () => begun(draw, 2),
    () => [live(3), ...begun(draw, 2)],
    () => rollingBack(2),
    () => (strategy === 'EXTERNAL' ? handedOver(2) : []),
  ])();
  // The tag of the version to roll back to has been re-pushed.
  const moved = [live(2), changeOutside, live(3)];
  const isNamed = chance(0.15) && before.length > 0 && strategy !== 'EXPRESS';
  const until = chance(0.1) ? 'traffic-shifted' : 'completed';
  return {
    before: outside ? moved : before,
    asked: {
      operation: 'rollback',
      until: 'completed',
      onCancel: 'leave',
      ...(isNamed && { image: images[1]! }),
    },
    inputs: {
      ...waiting(draw, isStaged(strategy) ? until : 'completed'),
      'task-definition': isNamed ? '@1' : '',
    },
    span: 4 * minute,
  };
};

const goOn: ScenarioOf = (draw) => {
  const { chance, pick } = draw;
  const action = pick(['continue', 'continue', 'rollback'] as const);
  const until = chance(0.15) ? 'traffic-shifted' : 'completed';
  return {
    before: chance(0.15)
      ? begun(draw, 2)
      : [
          { wait: 0, act: { what: 'deploy', version: 2 } },
          { wait: 15 * minute, untilPaused: true },
        ],
    asked: {
      operation: 'continue',
      until: action === 'rollback' ? 'completed' : until,
      onCancel: 'leave',
      action,
    },
    inputs: { ...waiting(draw, until), 'task-definition': '', action },
    span: 3 * minute,
  };
};

const scale: ScenarioOf = (draw, strategy) => {
  const count = draw.between(0, 7);
  return {
    before: draw.chance(0.25) && strategy !== 'EXPRESS' ? begun(draw, 2) : draw.chance(0.3) ? [live(2)] : [],
    asked: { operation: 'scale', until: 'completed', onCancel: 'leave', count },
    inputs: { 'task-definition': '', 'desired-count': String(count) },
    span: 2 * minute,
  };
};

const runTask: ScenarioOf = ({ chance, pick, between }) => {
  const count = pick([1, 1, 2, 3]);
  const container = pick([undefined, 'migrate', 'migrate', 'agent']);
  const isWaiting = chance(0.9);
  const onCancel = pick(['leave', 'stop'] as const);
  return {
    before: [],
    asked: {
      operation: 'run-task',
      until: isWaiting ? 'completed' : 'started',
      onCancel,
      count,
      ...(container !== undefined && { container }),
    },
    inputs: {
      service: chance(0.3) ? 'web' : '',
      'task-definition': 'task.json',
      count: String(count),
      'on-cancel': onCancel,
      ...(container !== undefined && { container, command: '["migrate"]' }),
      'wait-for-task-stopped': String(isWaiting),
      'wait-timeout': `${between(5, 30)}m`,
    },
    span: 2 * minute,
  };
};

export const scenarios: Readonly<Record<OperationName, ScenarioOf>> = {
  'deploy-service': deploy,
  'deploy-express-service': deploy,
  'wait-for-service': wait,
  'rollback-service': rollback,
  'continue-deployment': goOn,
  'scale-service': scale,
  'run-task': runTask,
};

/** As the client names it: `updateService` of `ecs:UpdateService`. */
export const callName = (name: string) => {
  const call = name.split(':')[1]!;
  return call.charAt(0).toLowerCase() + call.slice(1);
};

const readCalls = ['describeServices', 'describeServices', 'describeServiceDeployments', 'describeTasks'];

const killFrom = ({ pick, between }: Draw, operation: OperationName, strategy: Strategy): KillAt => ({
  call: pick([...writesOf(operation, strategy).map(callName), ...readCalls]),
  when: pick(['before', 'after'] as const),
  time: between(1, 4),
});

/** The attempts of a scenario: cut off and run again, run again by a new attempt, or by another CI run. */
export function attemptsFrom(
  draw: Draw,
  operation: OperationName,
  strategy: Strategy,
  { asked, inputs, span }: Scenario,
): readonly Step[] {
  const { chance, pick, between } = draw;
  const one = (origin: string, attempt: number, more: Partial<Attempt> = {}): Attempt => ({
    operation,
    asked,
    inputs,
    origin,
    attempt,
    others: othersFrom(draw, strategy, span),
    ...(chance(0.06) && { cancelAt: between(1000, span) }),
    ...more,
  });
  const steps: Step[] = [];
  let attempt = 1;
  if (chance(0.3))
    for (let n = between(1, 4); n > 0; n -= 1) {
      const cut = chance(0.7)
        ? { killAt: killFrom(draw, operation, strategy) }
        : { cancelAt: between(1000, 2 * minute) };
      steps.push({ wait: 0, attempt: one('run-1', attempt, { others: [], ...cut }) });
      if (chance(0.5)) attempt += 1;
    }
  steps.push({ wait: steps.length > 0 ? between(0, 2 * minute) : 0, attempt: one('run-1', attempt) });
  if (chance(0.25)) {
    const isOther = chance(0.4);
    const wait = pick([0, 5000, 40_000, 5 * minute]);
    steps.push({ wait, attempt: one(isOther ? 'run-2' : 'run-1', isOther ? 1 : attempt + 1) });
  }
  return steps;
}
