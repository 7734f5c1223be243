import { seededRandom } from '@landfall/sandbox/clock/random';
import type { TaskOutcome, TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { faultsOn, lagFrom, lostAnswer, readCalls } from '../../rollouts/chaos/timeline/adversity.ts';
import { type Draw, drawing, rulesFrom } from '../../rollouts/chaos/timeline/draw.ts';
import { callName } from '../../rollouts/chaos/timeline/scenarios.ts';
import type { KillAt } from '../../rollouts/scenario/kill-at.ts';
import type { Act, Attempt, LeftService, ManifestTimeline, TimelineService } from './timeline.ts';

const minute = 60_000;
const keys = ['api', 'web', 'worker', 'edge'] as const;
const taskKeys = ['migrate', 'seed'] as const;
export const owner = 'shop/dev';

const reads = [...readCalls.ecs, 'ecs:DescribeClusters', 'ecs:ListServices', 'logs:GetLogEvents'];
const writes = [
  'ecs:RegisterTaskDefinition',
  'ecs:UpdateService',
  'ecs:UpdateService',
  'ecs:CreateService',
  'ecs:RunTask',
  'ecs:TagResource',
  'ecs:UntagResource',
  'ecs:DeleteService',
];

export function drawManifestTimeline(seed: number, lost?: string): ManifestTimeline {
  const draw = drawing(seededRandom(seed));
  const { chance, pick, between } = draw;
  const waves = [0, 10, 20].slice(0, between(1, 4));
  const services = keys.slice(0, pick([1, 2, 2, 3, 4])).map((key) => serviceFrom(draw, `dev-${key}`, waves));
  const prune = chance(0.35);
  const left = Array.from({ length: chance(0.5) ? between(1, 3) : 0 }, (_, index) =>
    leftFrom(draw, `dev-old-${index}`),
  );
  const all = [...services, ...left].map(({ name }) => name);
  const onCancel = pick(['leave', 'stop'] as const);
  const onFailure = pick(['stop', 'rollback'] as const);
  const adopt = chance(0.3);
  const hasLock = chance(0.8);
  return {
    seed,
    services,
    left,
    tasks: taskKeys.filter((key) => services.some(({ before }) => before.includes(key))),
    onFailure,
    onCancel,
    hasLock,
    ...(hasLock &&
      chance(0.12) && { foreignLock: chance(0.3) ? 'expired' : { for: between(0, 20) * minute } }),
    prune,
    adopt,
    inputs: {
      'on-failure': onFailure,
      'on-cancel': onCancel,
      'wait-timeout': pick(['10m', '30m', '90m']),
      'max-parallel': pick(['1', '20', '20']),
      ...(prune && { prune: 'true' }),
      ...(adopt && { adopt: 'true' }),
      ...(hasLock ? {} : { lock: 'false' }),
    },
    taskRules: [
      ...services.flatMap(({ name }) => (chance(0.45) ? rulesFrom(draw, { image: `${name}:2` }) : [])),
      ...taskKeys.flatMap((key) => migrationRules(draw, `dev-${key}`)),
    ],
    faults: [
      ...faultsOn(draw, { reads, writes }, chance(0.06)),
      ...(lost === undefined ? [] : [lostAnswer(lost)]),
    ],
    lag: lagFrom(draw),
    attempts: attemptsFrom(draw, all),
  };
}

function serviceFrom(draw: Draw, name: string, waves: readonly number[]): TimelineService {
  const { chance, pick, between } = draw;
  const was = pick(['live', 'live', 'live', 'zero', 'absent', 'deployed'] as const);
  const kind =
    was === 'absent' && !chance(0.04)
      ? pick(['initial', 'number'] as const)
      : pick(['kept', 'initial', 'number'] as const);
  const tag = pick([undefined, owner, owner, chance(0.04) ? 'shop/production' : owner]);
  return {
    name,
    wave: pick(waves),
    image: `example/${name}:2`,
    was,
    countBefore: was === 'zero' ? 0 : between(1, 4),
    count: kind === 'kept' ? { kind } : { kind, count: chance(0.1) ? 0 : between(1, 4) },
    before: taskKeys.filter((key) => chance(key === 'migrate' ? 0.3 : 0.15)),
    configuration: {
      strategy: 'ROLLING',
      minimumHealthyPercent: pick([0, 50, 100]),
      maximumPercent: 200,
      ...(chance(0.6) && { deploymentCircuitBreaker: { enable: true, rollback: chance(0.7) } }),
    },
    ...(tag !== undefined && { owner: tag }),
    hasCommands: chance(0.15),
  };
}

function leftFrom({ pick }: Draw, name: string): LeftService {
  const tag = pick([undefined, owner, owner, owner, 'shop/production']);
  return { name, count: pick([0, 0, 0, 0, 0, 0, 1]), ...(tag !== undefined && { owner: tag }) };
}

/** Most migrations succeed; some of those that fail do only once. */
function migrationRules(draw: Draw, family: string): readonly TaskRule[] {
  const { chance, pick, between } = draw;
  const match = { group: `family:${family}` };
  const done: TaskOutcome = {
    kind: 'exit',
    code: 0,
    after: between(0, 2 * minute),
    log: ['::error::migrated'],
  };
  const bad = () =>
    pick<TaskOutcome>([
      { kind: 'exit', code: pick([1, 3, 137]), after: between(0, minute) },
      { kind: 'pull-error' },
      { kind: 'spot-interruption', after: between(0, minute) },
      { kind: 'placement' },
      { kind: 'never-starts' },
    ]);
  return [
    ...(chance(0.25) ? [{ match, outcome: bad(), ...(chance(0.5) && { nth: 1 }) }] : []),
    { match, outcome: done },
  ];
}

function actFrom({ pick, between }: Draw, services: readonly string[]): Act {
  const service = pick(services);
  return pick<Act>([
    { what: 'deploy', service, version: 3 },
    { what: 'deploy', service, version: pick([1, 2]) },
    { what: 'scale', service, count: between(0, 5) },
    { what: 'scale', service, count: between(0, 2) },
    { what: 'delete', service },
  ]);
}

const killFrom = ({ pick, between }: Draw): KillAt => ({
  call: pick([...writes, ...writes, ...reads].map(callName)),
  when: pick(['before', 'after'] as const),
  time: between(1, 5),
});

/** Cut off and run again, run again by a new attempt, or by another CI run. */
function attemptsFrom(draw: Draw, services: readonly string[]): ManifestTimeline['attempts'] {
  const { chance, pick, between } = draw;
  const one = (origin: string, attempt: number, more: Partial<Attempt> = {}): Attempt => ({
    origin,
    attempt,
    others: Array.from({ length: chance(0.3) ? between(1, 3) : 0 }, () => ({
      ...(chance(0.4) ? { beforeCall: between(1, 30) } : { at: between(0, 6 * minute) }),
      act: actFrom(draw, services),
    })),
    ...(chance(0.06) && { cancelAt: between(1000, 6 * minute) }),
    ...more,
  });
  const attempts: { readonly wait: number; readonly attempt: Attempt }[] = [];
  let attempt = 1;
  if (chance(0.45))
    for (let n = between(1, 4); n > 0; n -= 1) {
      const cut = chance(0.8) ? { killAt: killFrom(draw) } : { cancelAt: between(1000, 4 * minute) };
      const others = chance(0.8) ? { others: [] } : {};
      attempts.push({ wait: between(0, 2 * minute), attempt: one('run-1', attempt, { ...others, ...cut }) });
      if (chance(0.4)) attempt += 1;
    }
  attempts.push({ wait: between(0, 2 * minute), attempt: one('run-1', attempt) });
  if (chance(0.25)) {
    const isOther = chance(0.4);
    const wait = pick([0, 5000, 40_000, 5 * minute]);
    attempts.push({ wait, attempt: one(isOther ? 'run-2' : 'run-1', isOther ? 1 : attempt + 1) });
  }
  return attempts;
}
