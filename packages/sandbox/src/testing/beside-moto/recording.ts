import { type Account, createAsk } from './ask.ts';
import { autoScalingCalls } from './calls/auto-scaling.ts';
import { clusterCalls } from './calls/clusters.ts';
import { codedeployCalls } from './calls/codedeploy.ts';
import { ecrCalls } from './calls/ecr.ts';
import { elbv2Calls } from './calls/elbv2.ts';
import { iamCalls } from './calls/iam.ts';
import { logsCalls } from './calls/logs.ts';
import { schedulerCalls } from './calls/scheduler.ts';
import { secretsManagerCalls } from './calls/secrets-manager.ts';
import { serviceCalls } from './calls/services.ts';
import { ssmCalls } from './calls/ssm.ts';
import { stsCalls } from './calls/sts.ts';
import { taskDefinitionCalls } from './calls/task-definitions.ts';
import { taskSetCalls } from './calls/task-sets.ts';
import { taskCalls } from './calls/tasks.ts';
import type { Outcome } from './outcome.ts';

/** By service, by `Operation: situation`. */
export type Recording = Readonly<Record<string, Readonly<Record<string, Outcome>>>>;

/** The calls in the order in which they are made: what a service needs of another is made before it. */
export const sequences = {
  ecs: [clusterCalls, taskDefinitionCalls, serviceCalls, taskCalls, taskSetCalls],
  codedeploy: [codedeployCalls],
  ecr: [ecrCalls],
  elbv2: [elbv2Calls],
  iam: [iamCalls],
  ssm: [ssmCalls],
  secretsmanager: [secretsManagerCalls],
  logs: [logsCalls],
  sts: [stsCalls],
  scheduler: [schedulerCalls],
  'application-autoscaling': [autoScalingCalls],
} as const;

/** The services that are called, by the name that the recording has for them. */
export const services = Object.keys(sequences) as readonly (keyof typeof sequences)[];

/** Makes every call to an AWS that is empty, and writes down how each ended. */
export async function record(account: Account): Promise<Recording> {
  const recording: Record<string, Record<string, Outcome>> = {};
  for (const service of services) {
    const { ask, outcomes, close } = createAsk(service, account);
    recording[service] = outcomes;
    for (const sequence of sequences[service]) await sequence(ask, account);
    close();
  }
  return recording;
}
