import { retryBudget } from '@landfall/aws/call/budget';
import { defaultLimits } from '@landfall/aws/call/limits';
import { perform } from '@landfall/aws/call/perform';
import type { CallKind } from '@landfall/aws/call/retry';
import type { Aws, CallOptions } from '@landfall/core/world/aws';
import type { Clock } from '@landfall/core/world/clock';
import { AwsFault } from '@landfall/sandbox/protocol/aws-service';
import { LostReply } from '@landfall/sandbox/protocol/lost-reply';
import type { InProcessCaller, World } from '@landfall/sandbox/sandbox';

/** Writes without an idempotency token; everything else may be repeated. */
const once = new Set(['UpdateService', 'RegisterTaskDefinition', 'CreateDeployment', 'UpdateTaskSet']);
const reads = /^(?:Describe|List|Get|Batch|Filter)/;

/** The fields whose absence the adapter refuses; the few that a rollout depends on. */
const expected: Readonly<Record<string, readonly string[]>> = {
  DescribeServices: ['services[]'],
  DescribeServiceDeployments: ['serviceDeployments[]'],
  ListServiceDeployments: ['serviceDeployments[]'],
  UpdateService: ['service{}'],
  CreateTaskSet: ['taskSet{}'],
  DescribeTaskSets: ['taskSets[]'],
  RegisterTaskDefinition: ['taskDefinition.taskDefinitionArn'],
  DescribeTaskDefinition: ['taskDefinition{}'],
  ListTasks: ['taskArns[s]'],
  DescribeTasks: ['tasks[]'],
  GetDeploymentGroup: ['deploymentGroupInfo{}'],
  CreateDeployment: ['deploymentId'],
  ListDeployments: ['deployments[s]'],
  BatchGetDeployments: ['deploymentsInfo[]'],
  GetDeploymentTarget: ['deploymentTarget{}'],
};

/**
 * The sandbox as the core's `Aws`, without a socket: the same retry layer, judgement of answers and error mapping
 * as over HTTP, at thousands of rollouts a second.
 */
export function inProcessAws(world: World, clock: Clock, caller?: InProcessCaller): Aws {
  const counts: Record<string, number> = {};
  const context = { clock, limits: defaultLimits, budget: retryBudget(), region: world.region };
  const service = <S>(name: string) =>
    new Proxy({} as object, {
      get(_, method) {
        if (typeof method !== 'string' || method === 'then') return undefined;
        const operation = `${method[0]!.toUpperCase()}${method.slice(1)}`;
        const kind: CallKind = reads.test(operation) ? 'read' : once.has(operation) ? 'once' : 'repeatable';
        return (input: unknown, options?: CallOptions) =>
          perform(
            {
              operation: `${name}:${operation}`,
              kind,
              attempts: kind === 'read' ? 5 : 4,
              expectation: expected[operation] ?? [],
              send: async (_signal, onSent) => {
                onSent();
                const key = `${name}:${operation}`;
                counts[key] = (counts[key] ?? 0) + 1;
                try {
                  return await world.dispatch(name, operation, input, caller);
                } catch (error) {
                  throw onTheWire(error);
                }
              },
            },
            context,
            options,
          );
      },
    }) as S;
  return {
    region: world.region,
    ecs: async () => service('ecs'),
    ecr: async () => service('ecr'),
    ecrPublic: async () => service('ecr-public'),
    logs: async () => service('logs'),
    sts: async () => service('sts'),
    elbv2: async () => service('elasticloadbalancing'),
    secretsManager: async () => service('secretsmanager'),
    codeDeploy: async () => service('codedeploy'),
    calls: () => counts,
  } as Aws;
}

/** What the SDK would have thrown. */
function onTheWire(error: unknown): unknown {
  if (error instanceof AwsFault) {
    return {
      name: error.code,
      message: error.message,
      $fault: error.status >= 500 ? 'server' : 'client',
      $metadata: { httpStatusCode: error.status },
    };
  }
  if (error instanceof LostReply) {
    return error.kind === 'html' || error.kind === 'empty' || error.kind === 'null'
      ? { name: 'SyntaxError', message: error.message, $metadata: { httpStatusCode: 200 } }
      : { name: 'Error', message: error.message, code: 'ECONNRESET' };
  }
  return error;
}
