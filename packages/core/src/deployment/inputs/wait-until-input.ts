/** The kinds of input that only operations on services have. */
import { type Input, parsed, refused } from '../../inputs/input.ts';
import { lifecycleEvents } from '../rollout/codedeploy-lifecycle-events.ts';
import type { WaitUntil } from '../rollout/wait-conditions.ts';
import { type Order, parseOrders } from './service-list.ts';

/** One service a line, with its task definition and what it comes after. */
export const orders = (options: { description: string }): Input<readonly Order[] | undefined> => ({
  ...options,
  type: 'lines',
  required: false,
  rule: '`service[=task-definition][ after service, …]`, one per line',
  example: 'worker=worker.json\nweb=web.json after worker',
  parse: parseOrders,
});

const words = ['completed', 'traffic-shifted', 'paused', 'started'] as const;

/**
 * `completed`, `traffic-shifted`, `paused`, `started`, or `stage:BAKE_TIME`. Stages are open: ECS may add some.
 * For an operation that drives CodeDeploy also `codedeploy:AfterAllowTraffic`.
 */
export const waitUntil = (options: {
  description: string;
  default: string;
  codeDeploy?: true;
}): Input<WaitUntil | 'started'> => {
  const { codeDeploy, ...input } = options;
  return {
    ...input,
    type: 'string',
    required: false,
    rule: `${words.map((word) => `\`${word}\``).join(', ')}${codeDeploy ? ', `stage:<STAGE>` or `codedeploy:<EVENT>`' : ' or `stage:<STAGE>`'}`,
    parse: (given) => {
      const value = given.trim();
      const word = words.find((one) => one === value.toLowerCase());
      if (word) return parsed(word);
      const stage = /^stage:([A-Za-z_]{3,60})$/.exec(value)?.[1];
      if (stage) return parsed({ stage: stage.toUpperCase() });
      const name = codeDeploy && /^codedeploy:([A-Za-z]{3,60})$/.exec(value)?.[1];
      const event = lifecycleEvents.find((one) => one.toLowerCase() === name?.toLowerCase());
      if (event) return parsed({ event });
      if (name)
        return refused(`must name one of ${lifecycleEvents.join(', ')} after codedeploy:, got "${name}"`);
      const more = codeDeploy ? ', stage:<STAGE> or codedeploy:<EVENT>' : ' or stage:<STAGE>';
      return refused(`must be ${words.join(', ')}${more}, got "${value.slice(0, 60)}"`);
    },
  };
};
