import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classifyStop, type StoppedTask } from './stopped-reason.ts';

const failedToStart = (stoppedReason: string): StoppedTask => ({
  stopCode: 'TaskFailedToStart',
  stoppedReason,
});

const cases: [
  name: string,
  given: StoppedTask,
  expected: { class: string; permanent: boolean; sentence?: string },
][] = [
  [
    'an image that is not in the registry',
    failedToStart(
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref web:9: not found',
    ),
    {
      class: 'image',
      permanent: true,
      sentence:
        'the image of the task does not exist: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref web:9: not found',
    },
  ],
  [
    'an image for another platform',
    failedToStart(
      "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
    ),
    { class: 'image', permanent: true },
  ],
  [
    'an image that may not be pulled',
    failedToStart('CannotPullContainerError: pull access denied for web, repository does not allow it'),
    { class: 'image', permanent: true },
  ],
  [
    'a registry that does not answer',
    failedToStart(
      'CannotPullContainerError: ref pull has been retried 5 time(s): dial tcp 10.0.0.1:443: i/o timeout',
    ),
    { class: 'network', permanent: false },
  ],
  [
    'a registry that limits pulls',
    failedToStart('CannotPullContainerError: toomanyrequests: You have reached your pull rate limit'),
    { class: 'network', permanent: false },
  ],
  [
    'a secret that does not exist',
    failedToStart(
      "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    ),
    { class: 'secret', permanent: true },
  ],
  [
    'a secret without the JSON key',
    failedToStart(
      'ResourceInitializationError: unable to pull secrets or registry auth: retrieved secret from Secrets Manager did not contain json key DB',
    ),
    { class: 'secret', permanent: true },
  ],
  [
    'a secret store that cannot be reached',
    failedToStart(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: RequestError: send request failed: dial tcp i/o timeout',
    ),
    { class: 'network', permanent: false },
  ],
  [
    'a log group that does not exist',
    failedToStart(
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
    ),
    { class: 'log', permanent: true },
  ],
  [
    'a role that ECS cannot assume',
    failedToStart(
      "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/web' that was provided for this task.",
    ),
    { class: 'role', permanent: true },
  ],
  [
    'a full disk',
    failedToStart('CannotPullContainerError: write /var/lib/x: no space left on device'),
    { class: 'disk', permanent: false },
  ],
  [
    'a program for another processor',
    failedToStart('CannotStartContainerError: exec /app: exec format error'),
    { class: 'start', permanent: true },
  ],
  [
    'a command that is not in the image',
    failedToStart('CannotStartContainerError: exec: "migrat": executable file not found in $PATH'),
    { class: 'start', permanent: true },
  ],
  [
    'a network interface that never came',
    failedToStart('Timeout waiting for network interface provisioning to complete.'),
    { class: 'network', permanent: false },
  ],
  [
    'no Fargate capacity',
    failedToStart(
      'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    ),
    { class: 'capacity', permanent: false },
  ],
  [
    'a volume that could not be attached, told only by the attachment',
    {
      stopCode: 'TaskFailedToStart',
      attachments: [{ details: [{ name: 'statusReason', value: 'Invalid Amazon EBS volume size' }] }],
    },
    {
      class: 'volume',
      permanent: false,
      sentence: 'a volume of the task could not be attached: Invalid Amazon EBS volume size',
    },
  ],
  [
    'a container over its memory limit',
    {
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [
        { name: 'app', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
      ],
    },
    {
      class: 'memory',
      permanent: false,
      sentence:
        'container "app" used more memory than its limit and was killed (exit code 137): OutOfMemoryError: Container killed due to memory usage',
    },
  ],
  [
    'exit code 137 without a reason',
    { stopCode: 'EssentialContainerExited', containers: [{ name: 'app', exitCode: 137 }] },
    { class: 'memory', permanent: false },
  ],
  [
    'an ordinary exit code',
    {
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [
        { name: 'log-router', exitCode: 0 },
        { name: 'app', exitCode: 1 },
      ],
    },
    {
      class: 'application',
      permanent: false,
      sentence: 'container "app" ended (exit code 1): Essential container in task exited',
    },
  ],
  [
    'the load balancer’s health checks, although the scheduler stopped it',
    {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x)',
      containers: [{ name: 'app', exitCode: 137 }],
    },
    { class: 'load-balancer', permanent: false },
  ],
  [
    'the container’s own health check',
    {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
      containers: [{ name: 'app', exitCode: 143 }],
    },
    { class: 'health', permanent: false },
  ],
  [
    'a scale-in, whatever exit code it led to',
    {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
      containers: [{ name: 'app', exitCode: 137 }],
    },
    { class: 'scheduler', permanent: false },
  ],
  [
    'a Spot interruption',
    { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
    { class: 'infrastructure', permanent: false },
  ],
  [
    'a person',
    { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' },
    { class: 'user', permanent: false, sentence: 'someone stopped the task: Task stopped by user' },
  ],
  [
    'a text nobody knows',
    failedToStart('Something new'),
    { class: 'unknown', permanent: false, sentence: 'the task stopped: Something new' },
  ],
  [
    'nothing at all',
    {},
    { class: 'unknown', permanent: false, sentence: 'the task stopped and ECS gave no reason' },
  ],
];

describe('why a task stopped', () => {
  test.each(cases)('is recognised: %s', (_name, given, expected) => {
    expect(classifyStop(given)).toMatchObject(expected);
  });

  test('an image for another processor is told from the last lines of the log', () => {
    const task: StoppedTask = {
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', exitCode: 255 }],
    };
    expect(classifyStop(task, ['exec /app: exec format error'])).toMatchObject({
      class: 'start',
      permanent: true,
      sentence:
        'the program of container "app" is built for a different CPU architecture (exit code 255): exec /app: exec format error',
    });
    expect(classifyStop(task, ['something else'])).toMatchObject({ class: 'application', permanent: false });
  });

  test('every text gets a class, a sentence and a remedy', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.option(fc.integer()), (stopCode, stoppedReason, exitCode) => {
        const cause = classifyStop({
          stopCode: stopCode as never,
          stoppedReason,
          containers: [{ name: 'app', ...(exitCode !== null && { exitCode }) }],
        });
        expect(cause.sentence).not.toBe('');
        expect(cause.remedy).toMatch(/\.$/);
      }),
    );
  });
});
