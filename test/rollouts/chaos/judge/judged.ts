import type { Evidence, Run } from './evidence.ts';
import { judge } from './judge.ts';
import { call, green, made, run } from './sample.ts';

export const kinds = (given: Evidence) => judge(given).map(({ kind }) => kind);

export const isGreen: string[] = [];

export const isFalse = ['false-green'];

/** The run that made `ecs-svc/2` and says that it is live. */
export const deployed = (asked: Partial<Run['asked']> = {}) =>
  run(asked, {
    calls: [made('ecs-svc/2'), call('DescribeServices')],
    said: green({ verdict: 'SUCCEEDED', 'deployment-id': 'ecs-svc/2' }),
  });
