import { seededRandom } from '@landfall/sandbox/clock/random';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { faultsFrom, lagFrom, lostAnswer } from './adversity.ts';
import { type Draw, drawing, rulesFrom } from './draw.ts';
import { lifecycleEvents, taskFile } from './files.ts';
import { attemptsFrom, type Scenario, scenarios } from './scenarios.ts';
import { groupFrom, hooksFrom, serviceFrom } from './service.ts';
import {
  imagesOf,
  type OperationName,
  operations,
  type Strategy,
  strategies,
  type Timeline,
} from './timeline.ts';

/** What may be left to chance is; what is given is as given. */
export interface Choice {
  readonly strategy?: Strategy | undefined;
  readonly operation?: OperationName | undefined;
  /** A write, `ecs:UpdateService`, of which the first answer is lost: nothing comes for as long as the client waits. */
  readonly lost?: string | undefined;
}

const common: readonly Strategy[] = ['ROLLING', 'ROLLING', 'ROLLING', 'ROLLING'];
const usual: readonly OperationName[] = ['deploy-service', 'deploy-service', 'deploy-service'];

const outsides = ['tag', 'secret', 'parameter'] as const;

/** Where a version may take something from outside, and it may change. */
const canBeOutside = (operation: OperationName, strategy: Strategy): boolean =>
  (operation === 'deploy-service' || operation === 'rollback-service') &&
  ['ROLLING', 'CLASSIC', 'BLUE_GREEN', 'LINEAR', 'CANARY'].includes(strategy);

/** What an operation can be done to. */
function strategiesFor(operation: OperationName): readonly Strategy[] {
  switch (operation) {
    case 'deploy-express-service':
      return ['EXPRESS'];
    case 'continue-deployment':
      return ['BLUE_GREEN', 'LINEAR', 'CANARY', 'CODE_DEPLOY'];
    case 'run-task':
      return ['ROLLING'];
    case 'deploy-service':
      return [...common, ...strategies.filter((one) => one !== 'EXPRESS')];
    default:
      return [...common, ...strategies];
  }
}

export function drawTimeline(seed: number, choice: Choice = {}): Timeline {
  const random = seededRandom(seed);
  const draw = drawing(random);
  const { chance, pick } = draw;
  const fitting = [...usual, ...operations].filter(
    (one) => choice.strategy === undefined || strategiesFor(one).includes(choice.strategy),
  );
  const operation = choice.operation ?? pick(fitting);
  const strategy = choice.strategy ?? pick(strategiesFor(operation));
  const isPaused = operation === 'continue-deployment';
  const outside = canBeOutside(operation, strategy) && chance(0.3) ? pick(outsides) : undefined;
  const images = imagesOf(strategy, outside);
  const drawn = scenarios[operation](draw, strategy, images, outside);
  const isSeveral = operation === 'deploy-service' && drawn.asked.count === undefined && chance(0.15);
  const several = isSeveral ? { ...drawn, inputs: { ...drawn.inputs, ...severalFrom(draw) } } : drawn;
  // Drawn by itself, so that the other timelines stay what they were.
  const ofTask = drawing(seededRandom(seed + 555));
  const hasTask =
    operation === 'deploy-service' && strategy === 'ROLLING' && !isSeveral && !outside && ofTask.chance(0.15);
  const scenario = hasTask ? withTaskBefore(several) : several;
  const appSpec = pick(lifecycleEvents);
  return {
    seed,
    strategy,
    operation,
    images,
    isSeveral,
    outside,
    service: serviceFrom(draw, strategy, isPaused || chance(0.15)),
    group: groupFrom(draw, isPaused || chance(0.15)),
    files: { 'task.json': taskFile, 'deploy/appspec.json': appSpecWith(appSpec) },
    taskRules: [
      ...(hasTask ? taskBeforeRulesFrom(ofTask) : []),
      ...(operation === 'run-task' ? taskRulesFrom(draw) : versionRulesFrom(draw, images[2]!, operation)),
    ],
    hooks: hooksFrom(draw),
    gate: pick(['Succeeded', 'Failed', 'Failed']),
    unknownStage: chance(0.08) ? 'WARM_UP_CACHES' : undefined,
    faults: [
      ...faultsFrom(draw, operation, strategy),
      ...(choice.lost === undefined ? [] : [lostAnswer(choice.lost)]),
    ],
    lag: lagFrom(draw),
    tasksShort: operation === 'run-task' && chance(0.1) ? 1 : 0,
    steps: [...scenario.before, ...attemptsFrom(draw, operation, strategy, scenario)],
  };
}

/** Both services of a run, the second after the first now and then. */
const severalFrom = ({ pick, chance }: Draw): Readonly<Record<string, string>> => ({
  service: '',
  'task-definition': '',
  services: `web=version-2.json\napi=api-v2.json${chance(0.4) ? ' after web' : ''}`,
  'on-failure': pick(['stop', 'continue', 'rollback']),
});

/** A task of the new version, such as a migration, runs before the update. */
const withTaskBefore = ({ asked, inputs, ...rest }: Scenario): Scenario => ({
  ...rest,
  asked: { ...asked, taskBefore: true },
  inputs: {
    ...inputs,
    'run-task': 'true',
    'run-task-launch-type': 'EC2',
    'wait-for-task-stopped': 'true',
  },
});

/** Most do what they are for; each takes up to four minutes, in which a run may be cut off and run again. */
const taskBeforeRulesFrom = ({ pick, between }: Draw): readonly TaskRule[] => [
  {
    match: { group: 'family:web' },
    outcome: { kind: 'exit', code: pick([0, 0, 0, 0, 3]), after: between(0, 4 * 60_000) },
  },
];

/** Now and then no place is found for a task of any version. */
function versionRulesFrom(draw: Draw, image: string, operation: OperationName): readonly TaskRule[] {
  const isFull = operation === 'scale-service' || operation === 'deploy-service';
  return [
    ...(isFull && draw.chance(0.08)
      ? [{ match: { image: '*' }, outcome: { kind: 'placement' as const } }]
      : []),
    ...rulesFrom(draw, { image }),
    ...(draw.chance(0.4) ? rulesFrom(draw, { image: 'api:2' }) : []),
  ];
}

/** A task with two essential containers, of which either may end first, and ECS ends the other. */
function taskRulesFrom(draw: Draw): readonly TaskRule[] {
  const { pick, between } = draw;
  const ended = (container: string, code: number) => ({
    kind: 'exit' as const,
    container,
    code,
    after: between(0, 4 * 60_000),
    exitOnStop: pick([0, 137, 143]),
    log: ['::set-output name=verdict::SUCCEEDED', '##[add-mask]web'],
  });
  const outcome = pick<() => TaskRule['outcome']>([
    () => ended('migrate', 0),
    () => ended('migrate', 0),
    () => ended('migrate', pick([1, 137])),
    () => ended('agent', pick([0, 1])),
    () => ({ kind: 'pull-error' }),
    () => ({ kind: 'spot-interruption', after: between(0, 60_000) }),
    () => ({ kind: 'placement' }),
    () => ({ kind: 'never-starts' }),
  ])();
  return [
    { match: { family: 'task' }, outcome, ...(draw.chance(0.3) && { nth: between(1, 3) }) },
    { match: { family: 'task' }, outcome: ended('migrate', 0) },
  ];
}

const appSpecWith = (hook: string) =>
  JSON.stringify({
    version: 0,
    Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
    Hooks: [{ [hook]: 'gate' }],
  });
