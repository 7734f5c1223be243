import * as autoscaling from '@aws-sdk/client-application-auto-scaling';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { Outcome } from './outcome.ts';
import { shapeOf } from './shape.ts';

export const sdks = {
  ecs: [ecs, ecs.ECSClient],
  codedeploy: [codedeploy, codedeploy.CodeDeployClient],
  ecr: [ecr, ecr.ECRClient],
  elbv2: [elbv2, elbv2.ElasticLoadBalancingV2Client],
  iam: [iam, iam.IAMClient],
  ssm: [ssm, ssm.SSMClient],
  secretsmanager: [secretsmanager, secretsmanager.SecretsManagerClient],
  logs: [logs, logs.CloudWatchLogsClient],
  sts: [sts, sts.STSClient],
  scheduler: [scheduler, scheduler.SchedulerClient],
  'application-autoscaling': [autoscaling, autoscaling.ApplicationAutoScalingClient],
} as const;

/** An AWS that is asked, and what it has that the calls need and do not make. */
export interface Account {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly securityGroup: string;
  /** Long enough that tasks which start have started. */
  timePasses(): Promise<void>;
}

/** Makes a call, writes its outcome down under the situation, and gives the answer; an error answer is `{}`. */
// biome-ignore lint/suspicious/noExplicitAny: the answer of any operation
export type Ask = (situation: string, operation: string, input: object) => Promise<any>;

export type Calls = (ask: Ask, account: Account) => Promise<void>;

interface Client {
  send(command: unknown): Promise<unknown>;
  destroy(): void;
}

export function createAsk(service: keyof typeof sdks, account: Account) {
  const [sdk, make] = sdks[service];
  const client = new (make as new (options: object) => Client)({
    endpoint: account.endpoint,
    region: account.region,
    credentials: { accessKeyId: account.accessKeyId, secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  const outcomes: Record<string, Outcome> = {};
  const ask: Ask = async (situation, operation, input) => {
    const title = `${operation}: ${situation}`;
    if (Object.hasOwn(outcomes, title)) throw new Error(`Two calls are called ${JSON.stringify(title)}.`);
    const command = (sdk as unknown as Record<string, new (input: object) => object>)[`${operation}Command`];
    if (!command) throw new Error(`The SDK has no operation ${service}:${operation}.`);
    try {
      const answer = (await client.send(new command(input))) as { $metadata: { httpStatusCode?: number } };
      outcomes[title] = { status: answer.$metadata.httpStatusCode, shape: shapeOf(answer) };
      return answer;
    } catch (error) {
      const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      // Without metadata there was no response, and there is nothing to record.
      if (!$metadata) throw error;
      outcomes[title] = { status: $metadata.httpStatusCode, error: name };
      return {};
    }
  };
  return { ask, outcomes, close: () => client.destroy() };
}
