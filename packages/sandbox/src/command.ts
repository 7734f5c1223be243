import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { administrator, type Principal } from './authorization/principals.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts';

const sandboxHelp = `landfall sandbox: a local AWS on loopback: ECS, ECR with a registry, CodeDeploy, CloudWatch Logs,
Secrets Manager, Parameter Store, parts of Elastic Load Balancing and IAM, STS.

  --port <n>              Where to listen on 127.0.0.1; 0 for any that is free. Default 4580.
  --folder <path>         Keep state here, over restarts. Default: in memory.
  --tasks <kind>          docker: tasks are containers on the Docker engine. scripted: tasks are simulated. Default scripted.
  --clock <kind>          real, or virtual: time moves only when a client sleeps through the sandbox. Default real.
  --seed <n>              Of identifiers and chances.
  --region <name>         Default us-east-1.
  --account-id <digits>   Default 123456789012.
  --enforce               Check requests against IAM policies. ${administrator} may do everything all the same.
  --policy <file>         With --enforce: add a principal with this policy, and print its environment.
  --throttling <kind>     off, or aws: request rates as AWS limits them. Default off.
  --keep                  On SIGTERM leave the containers of running tasks, for a restart on the same folder.
  --help                  This text.

It prints the environment that AWS clients need, and runs until SIGINT or SIGTERM.
Exit codes: 0 stopped by a signal, 1 it could not start, 2 an option is wrong.
`;

interface CommandStreams {
  out(text: string): void;
  err(text: string): void;
  /** Aborts when the command is to end; absent: at SIGINT or SIGTERM. */
  readonly stop?: AbortSignal;
}

const standardStreams: CommandStreams = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** Runs the sandbox until it is told to stop. Returns the exit code. */
export async function sandboxCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  streams: CommandStreams = standardStreams,
): Promise<number> {
  let read: ReadCommand;
  try {
    read = readCommand(argv);
  } catch (error) {
    streams.err(`${(error as Error).message}\n\nSee landfall sandbox --help.\n`);
    return 2;
  }
  if (read.help) {
    streams.out(sandboxHelp);
    return 0;
  }
  let sandbox: Sandbox | undefined;
  let principal: Principal | undefined;
  try {
    const policy =
      read.policyFile === undefined ? undefined : JSON.parse(readFileSync(read.policyFile, 'utf8'));
    sandbox = await startSandbox({
      ...read.options,
      defect: (error, where) =>
        streams.err(`A defect in ${where}: ${error instanceof Error ? error.stack : error}\n`),
    });
    if (policy)
      principal = sandbox.addPrincipal({ accessKeyId: 'LANDFALLUSER', name: 'landfall-user', policy });
  } catch (error) {
    await sandbox?.close();
    streams.err(`The sandbox could not start: ${(error as Error).message}\n`);
    return 1;
  }
  streams.out(greeting(sandbox, read.options, principal, env));
  await stopped(streams.stop);
  await sandbox.close({ keep: read.keep });
  return 0;
}

interface ReadCommand {
  readonly help: boolean;
  readonly keep: boolean;
  readonly policyFile: string | undefined;
  readonly options: SandboxOptions;
}

function readCommand(argv: readonly string[]): ReadCommand {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...argv],
    allowPositionals: false,
    options: {
      port: text,
      folder: text,
      tasks: text,
      clock: text,
      seed: text,
      region: text,
      'account-id': text,
      enforce: flag,
      policy: text,
      throttling: text,
      keep: flag,
      help: { ...flag, short: 'h' },
    },
  });
  const tasks = oneOf('tasks', values.tasks, ['scripted', 'docker'] as const);
  const clock = oneOf('clock', values.clock, ['real', 'virtual'] as const);
  const throttling = oneOf('throttling', values.throttling, ['off', 'aws'] as const);
  const seed = wholeNumber('seed', values.seed, 2 ** 32 - 1);
  if (values.policy !== undefined && !values.enforce) {
    throw new Error('--policy has no effect without --enforce.');
  }
  return {
    help: values.help === true,
    keep: values.keep === true,
    policyFile: values.policy,
    options: {
      port: wholeNumber('port', values.port, 65_535) ?? 4580,
      enforce: values.enforce === true,
      ...(values.folder === undefined ? {} : { folder: values.folder }),
      ...(tasks === undefined ? {} : { tasks }),
      ...(clock === undefined ? {} : { clock }),
      ...(seed === undefined ? {} : { seed }),
      ...(values.region === undefined ? {} : { region: values.region }),
      ...(values['account-id'] === undefined ? {} : { accountId: values['account-id'] }),
      ...(throttling === undefined ? {} : { limits: { throttling } }),
    },
  };
}

function oneOf<Value extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly Value[],
): Value | undefined {
  if (value === undefined || (allowed as readonly string[]).includes(value))
    return value as Value | undefined;
  throw new Error(`--${name} is ${allowed.join(' or ')}, not "${value}".`);
}

function wholeNumber(name: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,10}$/.test(value) && Number(value) <= most) return Number(value);
  throw new Error(`--${name} is a whole number from 0 to ${most}, not "${value}".`);
}

/** Comments and exports: the whole of it can be read by a shell. */
function greeting(
  sandbox: Sandbox,
  options: SandboxOptions,
  principal: Principal | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const exports = Object.entries(sandbox.environment(principal)).map(
    ([name, value]) => `export ${name}=${value}`,
  );
  const where = options.folder === undefined ? 'in memory' : `in ${options.folder}`;
  const notes = [
    `# Landfall sandbox on ${sandbox.url}: region ${sandbox.region}, account ${sandbox.accountId}, ${sandbox.tasks} tasks, ${sandbox.clock.kind} time, state ${where}.`,
    `# Registry: ${sandbox.registry}. Journal, faults and the rest: ${sandbox.url}/_sandbox/health`,
    ...(env.AWS_PROFILE
      ? ['# AWS_PROFILE is set and would win over the keys below for some clients: unset it.']
      : []),
    '# In another shell:',
  ];
  return `${[...notes, ...exports].join('\n')}\n`;
}

const stopped = (stop: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (stop?.aborted) return resolve();
    if (stop) {
      stop.addEventListener('abort', () => resolve(), { once: true });
      return;
    }
    const end = () => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
