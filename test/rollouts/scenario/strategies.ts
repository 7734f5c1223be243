import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { ByTaskSets } from './by-task-sets.ts';
import { balanced, CodeDeployed, rollsBack } from './code-deployed.ts';
import { Scenario, type ScenarioOptions } from './scenario.ts';

/** One way in which ECS deploys a service, ready to meet a fault. */
export interface Strategy {
  readonly name: string;
  readonly service: Partial<CreateServiceRequest>;
  /** The write that begins a deployment. */
  readonly begins: 'UpdateService' | 'CreateDeployment' | 'CreateTaskSet';
  /** How long a deployment may take by default, as it is reported. */
  readonly limit: string;
  /** What happens to a deployment at the deadline: ECS continues its own; a task set is rolled back. */
  readonly late: 'TIMED_OUT 4' | 'ROLLED_BACK 1';
  /** Where a deployment stands whose tasks never start. */
  readonly stuck: string;
  /** What makes version 1 live where ECS alone does not. */
  readonly ready?: (scenario: Scenario) => Promise<unknown>;
}

const byEcs = { begins: 'UpdateService', late: 'TIMED_OUT 4' } as const;

export const strategies: readonly Strategy[] = [
  { name: 'ROLLING', service: {}, limit: '20m', stuck: 'IN_PROGRESS', ...byEcs },
  {
    name: 'DAEMON',
    service: { schedulingStrategy: 'DAEMON', desiredCount: undefined },
    limit: '20m',
    stuck: 'IN_PROGRESS',
    ...byEcs,
  },
  {
    name: 'BLUE_GREEN',
    service: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } },
    limit: '21m',
    stuck: 'SCALE_UP',
    ...byEcs,
  },
  {
    name: 'LINEAR',
    service: {
      deploymentConfiguration: {
        strategy: 'LINEAR',
        bakeTimeInMinutes: 1,
        linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 },
      },
    },
    limit: '23m',
    stuck: 'SCALE_UP',
    ...byEcs,
  },
  {
    name: 'CANARY',
    service: {
      deploymentConfiguration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: 1,
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
      },
    },
    limit: '22m',
    stuck: 'SCALE_UP',
    ...byEcs,
  },
  {
    name: 'CODE_DEPLOY',
    service: balanced,
    begins: 'CreateDeployment',
    stuck: 'Install',
    late: 'TIMED_OUT 4',
    limit: '20m',
    ready: (scenario) => new CodeDeployed(scenario).group(rollsBack),
  },
  {
    name: 'EXTERNAL',
    service: { deploymentController: { type: 'EXTERNAL' } },
    begins: 'CreateTaskSet',
    stuck: 'IN_PROGRESS',
    late: 'ROLLED_BACK 1',
    limit: '20m',
    ready: (scenario) => new ByTaskSets(scenario).makeLive(),
  },
];

/** A service of the strategy, `web`, steady on version 1. */
export async function scenarioOf(strategy: Strategy, options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await Scenario.create({ services: { web: strategy.service }, ...options });
  await strategy.ready?.(scenario);
  return scenario;
}
