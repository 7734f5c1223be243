import type {
  AutoScaling,
  Aws,
  CloudWatchLogs,
  CodeDeploy,
  Ecr,
  EcrPublic,
  Ecs,
  ElasticLoadBalancing,
  Iam,
  S3,
  Scheduler,
  SecretsManager,
  Ssm,
  Sts,
} from '../world/aws.ts';
import type { Docker } from '../world/docker.ts';
import type { World } from '../world/world.ts';
import { type FakeFiles, fakeFiles } from './fake-files.ts';
import { type FakeHost, type FakeHostOptions, fakeHost } from './fake-host.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** What AWS answers: handlers by service, in the shapes of the API. A call without a handler fails the test. */
export interface FakeAws {
  readonly ecs?: Partial<Ecs>;
  readonly ecr?: Partial<Ecr>;
  readonly ecrPublic?: Partial<EcrPublic>;
  readonly logs?: Partial<CloudWatchLogs>;
  readonly sts?: Partial<Sts>;
  readonly secretsManager?: Partial<SecretsManager>;
  readonly iam?: Partial<Iam>;
  readonly ssm?: Partial<Ssm>;
  readonly s3?: Partial<S3>;
  readonly elbv2?: Partial<ElasticLoadBalancing>;
  readonly codeDeploy?: Partial<CodeDeploy>;
  readonly scheduler?: Partial<Scheduler>;
  readonly autoScaling?: Partial<AutoScaling>;
  readonly region?: string;
}

export interface Request {
  /** `ecs:DescribeServices`; for Docker `docker:version`; `registry` for a client of registries. */
  readonly operation: string;
  readonly input: unknown;
  /** For requests to another region than the world's own. */
  readonly region?: string;
}

export interface FakeWorldOptions extends FakeHostOptions {
  readonly aws?: FakeAws;
  readonly docker?: Partial<Docker>;
  readonly registry?: World['registry'];
  readonly files?: Readonly<Record<string, string>>;
  readonly clock?: VirtualClock;
}

export interface FakeWorld extends World {
  readonly host: FakeHost;
  readonly clock: VirtualClock;
  readonly files: FakeFiles;
  /** Every call to AWS and Docker, in order. */
  readonly requests: readonly Request[];
}

/** A world in memory: give it inputs and what AWS and Docker answer, run an operation, check what it did. */
export function fakeWorld(options: FakeWorldOptions = {}): FakeWorld {
  const {
    aws: answers = {},
    docker = {},
    registry,
    files = {},
    clock = virtualClock(),
    ...hostOptions
  } = options;
  const host = fakeHost(hostOptions);
  const requests: Request[] = [];
  const region = answers.region ?? 'eu-west-1';
  const service = <S extends object>(name: string, handlers: Partial<S> | undefined) => {
    return async (asked?: string) =>
      recorded<S>(handlers ?? {}, (method, input) => {
        const operation = `${name}:${method[0]!.toUpperCase()}${method.slice(1)}`;
        requests.push(
          asked === undefined || asked === region
            ? { operation, input }
            : { operation, input, region: asked },
        );
        return operation;
      });
  };
  const aws: Aws = {
    region,
    ecs: service<Ecs>('ecs', answers.ecs),
    ecr: service<Ecr>('ecr', answers.ecr),
    ecrPublic: service<EcrPublic>('ecr-public', answers.ecrPublic),
    logs: service<CloudWatchLogs>('logs', answers.logs),
    sts: service<Sts>('sts', answers.sts),
    secretsManager: service<SecretsManager>('secretsmanager', answers.secretsManager),
    iam: service<Iam>('iam', answers.iam),
    ssm: service<Ssm>('ssm', answers.ssm),
    s3: service<S3>('s3', answers.s3),
    elbv2: service<ElasticLoadBalancing>('elasticloadbalancing', answers.elbv2),
    codeDeploy: service<CodeDeploy>('codedeploy', answers.codeDeploy),
    scheduler: service<Scheduler>('scheduler', answers.scheduler),
    autoScaling: service<AutoScaling>('application-autoscaling', answers.autoScaling),
    calls: () => {
      const counts: Record<string, number> = {};
      for (const { operation } of requests) {
        if (!/^docker:|^registry$/.test(operation)) counts[operation] = (counts[operation] ?? 0) + 1;
      }
      return counts;
    },
  };
  return {
    host,
    clock,
    files: fakeFiles(files, host),
    aws,
    docker: recorded<Docker>(docker, (method, input) => {
      requests.push({ operation: `docker:${method}`, input });
      return `docker:${method}`;
    }),
    async registry() {
      requests.push({ operation: 'registry', input: undefined });
      if (!registry) throw new Error('a client of registries was asked for, and this test gave none');
      return registry();
    },
    requests,
  };
}

/** Every method there could be: it notes the call, then answers with the handler, or says that there is none. */
function recorded<S extends object>(
  handlers: Partial<S>,
  note: (method: string, input: unknown) => string,
): S {
  return new Proxy(handlers, {
    get(target, method) {
      // `then` would make the object a promise for code that awaits it.
      if (typeof method === 'symbol' || method === 'then') return undefined;
      const handler = (target as Record<string, unknown>)[method];
      if (handler !== undefined && typeof handler !== 'function') return handler;
      return async (...given: unknown[]) => {
        const operation = note(method, given[0]);
        if (!handler) throw new Error(`${operation} was called, and this test gave no answer for it`);
        return (handler as (...all: unknown[]) => unknown).apply(target, given);
      };
    },
  }) as S;
}
