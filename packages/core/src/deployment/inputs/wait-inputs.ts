import { lifecycleEvents } from '../../codedeploy/lifecycle-events.ts';
import { type Input, parsed, refused, type ValuesOf } from '../../inputs/input.ts';
import { boolean, choice, duration, integer } from '../../inputs/kinds.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';
import type { WaitOptions, WaitUntil } from '../rollout/wait-conditions.ts';

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

const longestMinutes = 360;

/**
 * As the official actions take it, which silently use another value where this warns: none is longer than six
 * hours, and zero is the default.
 */
export const waitForMinutes = (description: string): Input<number | undefined> => {
  const minutes = integer({ min: 0, max: 1_000_000 }, { description });
  return {
    ...minutes,
    rule: `1 to ${longestMinutes}`,
    parse: (given) => {
      const result = minutes.parse(given);
      if (!result.ok) return result;
      if (result.value === 0) return parsed(undefined, 'is 0, so the default time limit applies');
      return result.value !== undefined && result.value > longestMinutes
        ? parsed(
            longestMinutes,
            `is ${result.value}, so ${longestMinutes} minutes are used: set wait-timeout to wait longer`,
          )
        : result;
    },
  };
};

/** The inputs of every operation that follows a deployment, defined once. */

export const followInputs = {
  'wait-until': waitUntil({
    default: 'completed',
    description:
      'Follow the deployment until it is `completed`; `traffic-shifted` (all production traffic on the new revision, before the bake); `paused` (a pause hook is waiting for approval); `stage:<STAGE>`, a lifecycle stage; or only `started`: green then does not mean live.',
  }),
  'wait-for-service-stability': boolean({
    default: 'true',
    description:
      'Follow the deployment to its verdict. With `false`, the step ends as soon as ECS has accepted the deployment: green then does not mean live.',
  }),
  'wait-timeout': duration(
    { min: '10s', max: '48h' },
    {
      description:
        'How long to follow the deployment. By default, 20 minutes plus whatever the strategy of the service adds by design (bake, steps, hooks).',
      example: '30m',
    },
  ),
  'wait-for-minutes': waitForMinutes(
    'The same as `wait-timeout`, in minutes, for compatibility with the official action.',
  ),
  'job-timeout': duration(
    { min: '2m', max: '48h' },
    {
      description:
        'When the CI host will end this job, counted from this step. The step stops waiting a minute before, so that it can still report what is in progress.',
      example: '25m',
    },
  ),
  'stall-timeout': duration(
    { min: '30s', max: '48h' },
    {
      description:
        'Give up after this long without any progress. By default, 15 minutes plus the longest pause of the strategy.',
    },
  ),
  'on-pause': choice(['end', 'wait'], {
    default: 'end',
    description:
      'When a pause hook is waiting for approval: `end` the step with PAUSED, or `wait` until someone continues the deployment.',
  }),
  'fail-fast': boolean({
    default: 'true',
    description:
      'Stop waiting early if no circuit breaker is enabled and tasks stop for a reason that retrying cannot fix (an image that does not exist, a secret that may not be read), or are in a crash loop: five crashes over five minutes, with no task left.',
  }),
  'on-cancel': choice(['leave', 'stop'], {
    default: 'leave',
    description:
      'When the run is cancelled: `leave` the deployment running, or `stop` it, which makes ECS roll back.',
  }),
};

type WaitValues = ValuesOf<typeof followInputs>;

export const waitOptionsOf = (given: WaitValues): WaitOptions => ({
  until: given.waitForServiceStability ? given.waitUntil : 'started',
  timeout:
    given.waitTimeout ?? (given.waitForMinutes === undefined ? undefined : given.waitForMinutes * 60_000),
  jobTimeout: given.jobTimeout,
  stallTimeout: given.stallTimeout,
  onCancel: given.onCancel,
  waitThroughPause: given.onPause === 'wait',
  failFast: given.failFast,
});

export const checkFollow = (given: WaitValues): readonly InputProblem[] =>
  given.waitTimeout !== undefined && given.waitForMinutes !== undefined
    ? [{ input: 'wait-for-minutes', problem: 'and wait-timeout mean the same: set only one of them' }]
    : [];
