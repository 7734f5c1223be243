import type { CreateTaskSetResponse, TaskSet } from '@aws-sdk/client-ecs';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import type { Scenario } from './scenario.ts';

const minute = 60_000;
export const place = { cluster: 'main', service: 'web' };

/** What another tool does to a service of the EXTERNAL controller. */
export class ByTaskSets {
  readonly scenario: Scenario;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  async ask<T>(operation: string, input: object = {}): Promise<T> {
    return (await this.scenario.sandbox.dispatch('ecs', operation, { ...place, ...input })) as T;
  }

  async taskSets(): Promise<TaskSet[]> {
    return (await this.ask<{ taskSets: TaskSet[] }>('DescribeTaskSets')).taskSets;
  }

  async make(version: number, more: object = {}): Promise<string> {
    const taskDefinition = version === 1 ? 'web:1' : await this.scenario.register('web', version);
    const { taskSet } = await this.ask<CreateTaskSetResponse>('CreateTaskSet', {
      taskDefinition,
      launchType: 'EC2',
      ...more,
    });
    return taskSet!.id!;
  }

  async makePrimary(id: string): Promise<void> {
    await this.ask('UpdateServicePrimaryTaskSet', { primaryTaskSet: id });
  }

  /** Version 1, steady and primary. */
  async makeLive(more: object = {}): Promise<string> {
    const id = await this.make(1, more);
    await this.makePrimary(id);
    (this.scenario.sandbox.clock as VirtualClock).advance(5 * minute);
    return id;
  }

  /** `web:2 PRIMARY`, the oldest first. */
  async sets(): Promise<readonly string[]> {
    const all = await this.taskSets();
    return all
      .toSorted((a, b) => a.createdAt!.getTime() - b.createdAt!.getTime())
      .map((one) => `${one.taskDefinition!.replace(/^.*\//, '')} ${one.status}`);
  }
}
