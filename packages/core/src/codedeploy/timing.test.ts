import { expect, test } from '@jest/globals';
import { defaultStall, defaultTimeout, predefinedRouting, timingOf } from './timing.ts';

const minute = 60_000;
const group = {
  blueGreenDeploymentConfiguration: {
    deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT' as const, waitTimeInMinutes: 30 },
    terminateBlueInstancesOnDeploymentSuccess: {
      action: 'TERMINATE' as const,
      terminationWaitTimeInMinutes: 60,
    },
  },
};

test.each([
  ['a group without settings', {}, undefined, 20, 15],
  ['the waits of the group', group, undefined, 20 + 30 + 60, 15 + 60],
  [
    'a group that goes on by itself',
    {
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' as const },
      },
    },
    undefined,
    20,
    15,
  ],
  ['a linear shift', {}, 'CodeDeployDefault.ECSLinear10PercentEvery3Minutes', 20 + 30, 15 + 3],
  ['a canary', {}, 'CodeDeployDefault.ECSCanary10Percent15Minutes', 20 + 15, 15 + 15],
  ['all at once', {}, 'CodeDeployDefault.ECSAllAtOnce', 20, 15],
])('the time limits by default: %s', (_name, info, configuration, timeout, stall) => {
  const timing = timingOf(info, configuration === undefined ? undefined : predefinedRouting(configuration));
  expect(defaultTimeout(timing) / minute).toBe(timeout);
  expect(defaultStall(timing) / minute).toBe(stall);
});

test('a user-defined configuration is not recognized by its name', () => {
  expect(predefinedRouting('Slow')).toBeUndefined();
});
