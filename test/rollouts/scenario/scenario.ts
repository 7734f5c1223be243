import type {
  CreateExpressGatewayServiceRequest,
  CreateServiceRequest,
  DeploymentConfiguration,
  DescribeServiceDeploymentsResponse,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import { iamPolicy, policyInputs } from '@landfall/app/commands/iam-policy';
import { inProcessAws } from '@landfall/aws/testing/in-process-aws';
import { nameInArn } from '@landfall/core/account/arn';
import { isLandfallError } from '@landfall/core/errors/landfall-error';
import type { Operation } from '@landfall/core/operation/operation';
import { deployService } from '@landfall/core/operations/deploy-service';
import type { RunRecord } from '@landfall/core/record/run-record';
import { fakeFiles } from '@landfall/core/testing/fake-files';
import { type FakeHost, fakeHost } from '@landfall/core/testing/fake-host';
import type { Clock } from '@landfall/core/world/clock';
import type { Docker } from '@landfall/core/world/docker';
import type { RunFacts } from '@landfall/core/world/host';
import type { Registry, RegistryTarget } from '@landfall/core/world/registry';
import type { World } from '@landfall/core/world/world';
import { runReported } from '@landfall/report/run-reported';
import type { PolicyDocument } from '@landfall/sandbox/authorization/policy';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { seededRandom } from '@landfall/sandbox/clock/random';
import { createLocalAws, type LocalAws, type SandboxOptions } from '@landfall/sandbox/sandbox';
import type { HookRule } from '@landfall/sandbox/services/ecs/deployments/hooks';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { checkPublished } from '../../runner/published-record.ts';
import { type KillAt, killedAt } from './kill-at.ts';

export interface ScenarioOptions extends Pick<SandboxOptions, 'seed' | 'timing' | 'changed'> {
  readonly services?: Readonly<Record<string, Partial<CreateServiceRequest>>>;
  /** Services of Express Mode, on version 1 of their image, in addition to the others or instead of them. */
  readonly express?: Readonly<Record<string, Partial<CreateExpressGatewayServiceRequest>>>;
  /** What becomes of tasks. Version 2 of the image runs unless said otherwise. */
  readonly taskRules?: readonly TaskRule[];
  /** What the Lambda functions of lifecycle hooks answer once the scenario has begun. */
  readonly hooks?: readonly HookRule[];
  /** What other registries hold from the start: see `setForeignImages`. */
  readonly foreignImages?: Readonly<Record<string, string>>;
  /** A lifecycle stage that no client knows; deployments with stages pass through it. */
  readonly unknownStage?: string;
}

/** What is between a run and AWS; `send` hands the request on. */
export type Between = (
  call: {
    readonly service: string;
    readonly operation: string;
    readonly input: Readonly<Record<string, unknown>>;
  },
  send: (input: object) => Promise<unknown>,
) => Promise<unknown>;

/** How a run ended, with what was really so at that moment. */
export interface ScenarioResult {
  readonly result: RunRecord;
  readonly host: FakeHost;
  /** The deployments that `service` has had since the scenario began. */
  readonly deploymentsMade: number;
  readonly live: { readonly taskDefinition: string; readonly deploymentId: string } | undefined;
  /** Virtual milliseconds from the update to the end of the run. */
  readonly took: number;
}

/** A cluster `main` with services that are steady on version 1, in virtual time. */
export class Scenario {
  readonly sandbox: LocalAws;
  readonly clock: Clock;
  readonly #baseline = new Map<string, number>();
  #foreignImages: Readonly<Record<string, string>> = {};

  constructor(sandbox: LocalAws, clock: Clock) {
    this.sandbox = sandbox;
    this.clock = clock;
  }

  static async create(options: ScenarioOptions = {}): Promise<Scenario> {
    const seed = options.seed ?? 1;
    const sandbox = createLocalAws({
      clock: 'virtual',
      tasks: 'scripted',
      seed,
      ...(options.timing && { timing: options.timing }),
      enforce: true,
      ...(options.changed && { changed: options.changed }),
    });
    const scenario = new Scenario(sandbox, {
      ...drivenClock(sandbox.clock as VirtualClock),
      // The client's chances are its own: they must not change what the sandbox draws.
      random: seededRandom(seed + 99),
    });
    await sandbox.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
    sandbox.ecs.setTaskRules(options.taskRules ?? []);
    scenario.setForeignImages(options.foreignImages ?? {});
    const services = options.services ?? (options.express ? {} : { web: {} });
    for (const [name, more] of Object.entries(services)) {
      await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: `/ecs/${name}` });
      const taskDefinition = await scenario.register(name, 1);
      await sandbox.dispatch('ecs', 'CreateService', {
        cluster: 'main',
        serviceName: name,
        desiredCount: 2,
        taskDefinition,
        ...more,
        deploymentConfiguration: rollingPart(more.deploymentConfiguration),
      });
    }
    for (const [name, more] of Object.entries(options.express ?? {})) {
      await sandbox.dispatch('ecs', 'CreateExpressGatewayService', {
        ...expressService(name),
        cluster: 'main',
        scalingTarget: { minTaskCount: 2 },
        ...more,
      });
    }
    (sandbox.clock as VirtualClock).advance(1_200_000);
    for (const name of Object.keys(options.express ?? {})) scenario.#note(name);
    for (const [name, { deploymentConfiguration }] of Object.entries(services)) {
      if (deploymentConfiguration)
        await sandbox.dispatch('ecs', 'UpdateService', {
          cluster: 'main',
          service: name,
          deploymentConfiguration,
        });
      scenario.#note(name);
    }
    sandbox.ecs.setHooks(options.hooks ?? []);
    sandbox.ecs.setUnknownStage(options.unknownStage);
    return scenario;
  }

  /** The access key of a user with the policy of the operation, for the names in these inputs. */
  #permitted(operation: Operation, inputs: Readonly<Record<string, string>>): string {
    const names = {
      account: this.sandbox.accountId,
      region: this.sandbox.region,
      cluster: 'main',
      service: 'web',
      secret: '*',
      key: '*',
      ...inputs,
    };
    const taken = policyInputs(operation);
    // Of what is here, wherever the ARN of an input says that it is.
    const here = (value: string) => (value.startsWith('arn:aws:ecs:') ? nameInArn(value) : value);
    const given = Object.entries(names)
      // An empty input is none, and an empty name in a policy is refused.
      .filter(([name, value]) => Object.hasOwn(taken, name) && value !== '')
      .map(([name, value]) => [name, here(value)] as const);
    return this.sandbox.addPrincipal({ policy: policyFor(operation, given) }).accessKeyId;
  }

  #note(name: string): void {
    this.#baseline.set(name, this.sandbox.ecs.truth('main', name)?.deployments.length ?? 0);
  }

  /** What other registries hold, by reference: ECS resolves an image to it from now on, and so does the product. */
  setForeignImages(digests: Readonly<Record<string, string>>): void {
    this.#foreignImages = digests;
    this.sandbox.ecs.setForeignImages(digests);
  }

  #registry = {
    head: async ({ registry, repository, reference }: RegistryTarget) => {
      const host = registry === 'docker.io' ? '' : `${registry}/`;
      const digest = this.#foreignImages[`${host}${repository}:${reference}`];
      return digest === undefined ? undefined : { digest, mediaType: '', size: 0 };
    },
    manifest: async ({ reference: digest }: RegistryTarget) => ({
      digest,
      mediaType: '',
      size: 2,
      bytes: new TextEncoder().encode('{}'),
    }),
  } as Partial<Registry> as Registry;

  async register(family: string, version: number): Promise<string> {
    const { taskDefinition } = (await this.sandbox.dispatch(
      'ecs',
      'RegisterTaskDefinition',
      taskDefinitionOf(family, version),
    )) as RegisterTaskDefinitionResponse;
    return taskDefinition!.taskDefinitionArn!;
  }

  /** Something happens this many milliseconds from now. */
  at(milliseconds: number, act: () => unknown): void {
    this.sandbox.clock.after(milliseconds, () => void act());
  }

  /** A person or another pipeline acts this many milliseconds from now. */
  stopAt(milliseconds: number): void {
    this.at(milliseconds, () =>
      this.sandbox.dispatch('ecs', 'StopServiceDeployment', {
        serviceDeploymentArn: this.#newest()?.arn,
        stopType: 'ROLLBACK',
      }),
    );
  }

  deployAt(milliseconds: number, version: number): void {
    this.at(milliseconds, async () => {
      const taskDefinition = await this.register('web', version);
      await this.sandbox.dispatch('ecs', 'UpdateService', {
        cluster: 'main',
        service: 'web',
        taskDefinition,
      });
    });
  }

  scaleAt(milliseconds: number, desiredCount: number): void {
    this.at(milliseconds, () =>
      this.sandbox.dispatch('ecs', 'UpdateService', { cluster: 'main', service: 'web', desiredCount }),
    );
  }

  alarmAt(milliseconds: number, name: string): void {
    this.at(milliseconds, () => this.sandbox.ecs.setAlarm(name, true));
  }

  answerAt(milliseconds: number, action: 'CONTINUE' | 'ROLLBACK'): void {
    this.at(milliseconds, () => this.answer(action));
  }

  /** Someone answers the pause hook that is waiting now. */
  async answer(action: 'CONTINUE' | 'ROLLBACK'): Promise<void> {
    const serviceDeploymentArn = this.#newest()?.arn;
    const { serviceDeployments } = (await this.sandbox.dispatch('ecs', 'DescribeServiceDeployments', {
      serviceDeploymentArns: [serviceDeploymentArn],
    })) as DescribeServiceDeploymentsResponse;
    const hook = serviceDeployments?.[0]?.lifecycleHookDetails?.find(
      (one) => one.status === 'AWAITING_ACTION',
    );
    await this.sandbox.dispatch('ecs', 'ContinueServiceDeployment', {
      serviceDeploymentArn,
      hookId: hook?.hookId,
      action,
    });
  }

  #newest() {
    return this.sandbox.ecs.truth('main', 'web')?.deployments.at(-1);
  }

  begin(
    inputs: Readonly<Record<string, string>> = {},
    options: {
      operation?: Operation;
      /**
       * Who runs it. By default a user who may do what `landfall iam-policy` prints for it, and nothing
       * else.
       */
      accessKeyId?: string;
      versions?: readonly number[];
      /** Besides the task definitions, by path. */
      files?: Readonly<Record<string, string>>;
      /** Which run it is. Every one is an attempt of the same, unless said otherwise. */
      run?: Partial<RunFacts>;
      /** The process is killed there; what it returns never ends. */
      killAt?: KillAt;
      /** This machine's clock is this many milliseconds ahead, at each moment. */
      clockAhead?: () => number;
      credentialsEnd?: Date;
      /** Stands between this run and AWS: it sees every call, and says what is answered. */
      between?: Between;
      /** By default one that only answers for the digests of images. */
      docker?: Docker;
      registry?: World['registry'];
    } = {},
  ) {
    const started = this.clock.elapsed();
    const host = fakeHost({
      run: options.run ?? { origin: 'run-1' },
      inputs: { service: 'web', cluster: 'main', 'task-definition': 'v2.json', ...inputs },
    });
    const files: Record<string, string> = { ...options.files };
    for (const name of this.#baseline.keys()) {
      for (const version of options.versions ?? [1, 2, 3])
        files[`${name === 'web' ? '' : `${name}-`}v${version}.json`] = JSON.stringify(
          taskDefinitionOf(name, version),
        );
    }
    const { operation = deployService } = options;
    const { accessKeyId = this.#permitted(operation, inputs) } = options;
    const { clockAhead = () => 0 } = options;
    const clock = { ...this.clock, now: () => this.clock.now() + clockAhead() };
    const { sandbox } = this;
    const { between } = options;
    const reached: LocalAws = between
      ? {
          ...sandbox,
          dispatch: (service, operation, input, caller) =>
            between({ service, operation, input: (input ?? {}) as Record<string, unknown> }, (sent) =>
              sandbox.dispatch(service, operation, sent, caller),
            ),
        }
      : sandbox;
    const aws = inProcessAws(reached, {
      clock,
      ...(options.credentialsEnd && { credentialsEnd: options.credentialsEnd }),
      accessKeyId,
    });
    const killed = options.killAt && killedAt({ aws, clock }, options.killAt);
    const workspace = fakeFiles(files, host);
    const product: World = {
      host,
      clock: killed?.clock ?? clock,
      files: workspace,
      aws: killed?.aws ?? aws,
      docker: options.docker ?? ({} as Docker),
      registry: options.registry ?? (async () => this.#registry),
    };
    const done = runReported(operation, product).then((result): ScenarioResult => {
      checkPublished(result);
      const service = inputs.service || inputs['service-name'] || 'web';
      const truth = this.sandbox.ecs.truth('main', service);
      return {
        result,
        host,
        deploymentsMade: (truth?.deployments.length ?? 0) - (this.#baseline.get(service) ?? 0),
        live: truth?.live && {
          taskDefinition: truth.live.taskDefinition,
          deploymentId: truth.live.deploymentId,
        },
        took: this.clock.elapsed() - started,
      };
    });
    return { host, done, killed: killed?.killed, files: workspace.contents };
  }

  /** Runs deploy-service to its end. */
  deploy(
    inputs: Readonly<Record<string, string>> = {},
    files: Readonly<Record<string, string>> = {},
  ): Promise<ScenarioResult> {
    return this.begin(inputs, { files }).done;
  }

  /** Runs deploy-service until it is killed. */
  async killed(killAt: KillAt, inputs: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.begin(inputs, { killAt }).killed;
  }

  /** Who answers requests now, the newest deployment first: `web:2 2`, the revision and its healthy tasks. */
  serving(): readonly string[] {
    return this.sandbox.ecs
      .truth('main', 'web')!
      .serving.map((one) => `${nameInArn(one.taskDefinition)} ${one.healthy}`);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
  }
}

const policies = new WeakMap<Operation, Map<string, PolicyDocument>>();

/** What `landfall iam-policy` prints, made once for the same names: thousands of runs have them. */
function policyFor(
  operation: Operation,
  given: readonly (readonly [name: string, value: string])[],
): PolicyDocument {
  const known = policies.get(operation) ?? new Map<string, PolicyDocument>();
  policies.set(operation, known);
  const key = JSON.stringify(given);
  const policy = known.get(key) ?? JSON.parse(printed(operation, given));
  known.set(key, policy);
  return policy;
}

function printed(operation: Operation, given: readonly (readonly [name: string, value: string])[]): string {
  try {
    return iamPolicy(operation, new Map(given));
  } catch (error) {
    if (!isLandfallError(error)) throw error;
    // What the operation refuses, too, before it asks AWS anything.
    return iamPolicy(operation, new Map());
  }
}

/** Version 1 is rolled out without stages, bakes and hooks: nothing is there yet to answer them. */
function rollingPart(configuration: DeploymentConfiguration | undefined) {
  const { strategy, linearConfiguration, canaryConfiguration, ...rest } = configuration ?? {};
  const { bakeTimeInMinutes, lifecycleHooks, ...plain } = rest;
  return plain;
}

/** The whole log, line by line, without the ids and the times, which differ from scenario to scenario. */
export const loggedBy = (host: FakeHost): readonly string[] =>
  host.lines.map((line) =>
    line
      .replace(/ecs-svc\/\d+/g, 'ecs-svc/…')
      .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, '…')
      .replace(/\btask [0-9a-f]{8,32}\b/g, 'task …')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/ {2}\[[\d:]+\]$/, ''),
  );

/**
 * What the log told, without the counts and the tasks taken away in good order: they depend on the instant of a read.
 */
export const logLinesOf = (host: FakeHost): readonly string[] =>
  loggedBy(host).filter((line) => !/^progress:|was stopped by the service scheduler/.test(line));

export const taskDefinitionOf = (family: string, version: number) => ({
  family,
  containerDefinitions: [
    {
      name: 'app',
      image: `example/${family}:${version}`,
      memory: 128,
      essential: true,
      portMappings: [{ containerPort: 80 }],
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': `/ecs/${family}`,
          'awslogs-region': 'us-east-1',
          'awslogs-stream-prefix': family,
        },
      },
    },
  ],
});

/** What Express Mode asks for at least. */
export const expressService = (name: string) => ({
  serviceName: name,
  infrastructureRoleArn: 'arn:aws:iam::123456789012:role/infrastructure',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  primaryContainer: { image: `example/${name}:1` },
});

/** `SUCCEEDED 0`: the verdict and the exit code. */
export const verdictOf = ({ result }: ScenarioResult) => `${result.outputs.verdict} ${result.exitCode}`;

/** The lifecycle stages that were told, in order: `BAKE_TIME (100% traffic)`. */
export const stagesOf = ({ host }: ScenarioResult) =>
  logLinesOf(host).flatMap((line) => /^info: web {2}stage (.*)$/.exec(line)?.[1] ?? []);
