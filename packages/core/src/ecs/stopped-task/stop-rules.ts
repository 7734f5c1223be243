/** What shows why a task stopped. */
export interface Evidence {
  readonly text: string;
  readonly stopCode: string;
  readonly container: string | undefined;
  readonly exitCode: number | undefined;
}

export type StopClass =
  | 'image'
  | 'network'
  | 'secret'
  | 'role'
  | 'log'
  | 'volume'
  | 'disk'
  | 'start'
  | 'memory'
  | 'application'
  | 'health'
  | 'load-balancer'
  | 'capacity'
  | 'infrastructure'
  | 'scheduler'
  | 'user'
  | 'unknown';

export interface StopRule {
  readonly class: StopClass;
  readonly permanent: boolean;
  readonly matches: (evidence: Evidence) => boolean;
  /** `{who}` becomes the container or the task. */
  readonly says: string;
  readonly remedy: string;
}

const says =
  (...expressions: RegExp[]) =>
  ({ text }: Evidence) =>
    expressions.every((one) => one.test(text));
const code =
  (...codes: string[]) =>
  ({ stopCode }: Evidence) =>
    codes.includes(stopCode);
const exits =
  (...codes: number[]) =>
  ({ exitCode }: Evidence) =>
    exitCode !== undefined && codes.includes(exitCode);

const pull = /CannotPull(?:ECR)?Container|CannotPullImageManifest/i;
const initialization = /ResourceInitializationError/i;
const lostOnTheWay =
  /timed? ?out|i\/o|deadline exceeded|connection (?:reset|refused)|no such host|RequestError|toomanyrequests|TLS handshake|\b(?:EOF|429|500|502|503|504)\b/i;

/** First match wins: the particular before the general. */
export const stopRules: readonly StopRule[] = [
  {
    class: 'image',
    permanent: true,
    matches: says(pull, /matching (?:manifest|platform)|no match for platform|does not contain descriptor/i),
    says: 'the image has no variant for the platform of {who}',
    remedy:
      'Build the image for the platform of `runtimePlatform` (linux/amd64 unless set), or change `runtimePlatform`.',
  },
  {
    class: 'image',
    permanent: true,
    matches: says(pull, /not found|manifest unknown|repository does not exist|invalid reference/i),
    says: 'the image of {who} does not exist',
    remedy: 'Push the image first, or correct its reference in the task definition.',
  },
  {
    class: 'disk',
    permanent: false,
    matches: says(/no space left on device/i),
    says: '{who} ran out of disk space',
    remedy: 'Raise `ephemeralStorage`, or make the image smaller.',
  },
  {
    class: 'image',
    permanent: true,
    matches: says(pull, /denied|forbidden|unauthorized|not authorized|\b40[13]\b|authorization token/i),
    says: '{who} may not pull its image',
    remedy: "Allow the task's execution role to pull from this repository.",
  },
  {
    class: 'network',
    permanent: false,
    matches: says(pull),
    says: '{who} could not pull its image',
    remedy:
      'Check that the subnets reach the registry (public address, NAT or VPC endpoints), then run it again.',
  },
  {
    class: 'log',
    permanent: true,
    matches: says(/log ?group|log ?stream|logger args/i, /not exist|not authorized|AccessDenied|NotFound/i),
    says: 'the log destination of {who} could not be opened',
    remedy: 'Create the log group, or allow the execution role logs:CreateLogStream and logs:PutLogEvents.',
  },
  {
    class: 'role',
    permanent: true,
    matches: says(/unable to assume the role|could not assume role/i),
    says: 'ECS could not assume a role of {who}',
    remedy: 'Let the role trust ecs-tasks.amazonaws.com.',
  },
  {
    class: 'secret',
    permanent: true,
    matches: says(
      /secret|ssm param|registry auth|env(?:ironment)? files?/i,
      /AccessDenied|not authorized|ResourceNotFound|can't find|json key|invalid ssm|invalid parameter|NoSuchKey|forbidden/i,
    ),
    says: 'a secret or file that {who} needs could not be read',
    remedy: 'Check that it exists and that the execution role may read it; the reason names it.',
  },
  {
    class: 'volume',
    permanent: false,
    matches: says(/\bEFS\b|\bEBS\b|mount|volume/i, /fail|error|unable|invalid|denied|timed? ?out/i),
    says: 'a volume of {who} could not be attached',
    remedy: 'Check the file system or volume, its mount targets, and the role that attaches it.',
  },
  {
    class: 'network',
    permanent: false,
    matches: (evidence) =>
      (initialization.test(evidence.text) && lostOnTheWay.test(evidence.text)) ||
      /network interface|\bENI\b/i.test(evidence.text),
    says: '{who} could not reach what it needs to start',
    remedy:
      'Check the subnets, their route out (public address, NAT or VPC endpoints) and the security groups.',
  },
  {
    class: 'start',
    permanent: true,
    matches: says(/exec format error/i),
    says: 'the program of {who} is built for a different CPU architecture',
    remedy: 'Build the image for the platform of `runtimePlatform` (linux/amd64 unless set).',
  },
  {
    class: 'start',
    permanent: true,
    matches: says(/executable file not found|no such file or directory|permission denied/i),
    says: 'the command of {who} could not be started',
    remedy: 'Correct `command` or `entryPoint`: the program must exist in the image and be executable.',
  },
  {
    class: 'memory',
    permanent: false,
    matches: says(/OutOfMemory|\bOOM/i),
    says: '{who} used more memory than its limit and was killed',
    remedy: 'Raise `memory`, or make the program use less.',
  },
  {
    class: 'infrastructure',
    permanent: false,
    matches: (evidence) =>
      code('SpotInterruption', 'TerminationNotice', 'InfrastructureHealth')(evidence) ||
      /spot task was interrupted|Host EC2|DockerTimeoutError|ContainerRuntimeTimeout|InternalError|platform update|maintenance/i.test(
        evidence.text,
      ),
    says: 'AWS stopped {who}; the application is not the cause',
    remedy: 'Run it again; for work that must not be interrupted use FARGATE rather than FARGATE_SPOT.',
  },
  {
    class: 'start',
    permanent: true,
    matches: says(/CannotStartContainer|CannotCreateContainer|ContainerRuntimeError/i),
    says: '{who} could not be started',
    remedy: 'Correct what the reason names in the task definition.',
  },
  {
    class: 'load-balancer',
    permanent: false,
    matches: says(/failed (?:ELB|load balancer) health checks/i),
    says: '{who} did not pass the health checks of the load balancer',
    remedy:
      'Check the path, port and expected codes of the target group, the security groups, and the start-up time against `healthCheckGracePeriodSeconds`.',
  },
  {
    class: 'health',
    permanent: false,
    matches: says(/failed container health checks/i),
    says: '{who} did not pass its container health check',
    remedy:
      'Check the `healthCheck` command and its `startPeriod` against how long the program takes to start.',
  },
  {
    class: 'capacity',
    permanent: false,
    matches: says(/capacity (?:is )?unavailable|unable to place|RESOURCE:|insufficient/i),
    says: 'there was no capacity for {who}',
    remedy: 'Add capacity, request less CPU or memory, or allow other subnets.',
  },
  {
    class: 'network',
    permanent: false,
    matches: says(initialization),
    says: '{who} could not be prepared',
    remedy: 'Correct what the reason names; most often the network or the execution role.',
  },
  {
    class: 'scheduler',
    permanent: false,
    matches: code('ServiceSchedulerInitiated'),
    says: 'the service scheduler stopped {who}',
    remedy: 'Check the service events: ECS replaced the task or scaled in.',
  },
  {
    class: 'user',
    permanent: false,
    matches: code('UserInitiated'),
    says: 'someone stopped {who}',
    remedy: 'Find out who stopped it (CloudTrail, StopTask), then run it again.',
  },
  {
    class: 'memory',
    permanent: false,
    matches: exits(137),
    says: '{who} was killed (SIGKILL), most often for using more memory than its limit',
    remedy: 'Raise `memory`, or check the log for what it did last.',
  },
  {
    class: 'application',
    permanent: false,
    matches: exits(139),
    says: '{who} crashed (segmentation fault)',
    remedy: 'Check the container log, native libraries and the CPU architecture.',
  },
  {
    class: 'application',
    permanent: true,
    matches: exits(126, 127),
    says: 'the command of {who} could not be run or found',
    remedy: 'Correct `command` or `entryPoint`: the program must exist in the image and be executable.',
  },
  {
    class: 'application',
    permanent: false,
    matches: ({ exitCode, stopCode }) =>
      (exitCode !== undefined && exitCode !== 0) || stopCode === 'EssentialContainerExited',
    says: '{who} ended',
    remedy: 'Check the container log.',
  },
];
