import type {
  ListTasksResponse,
  RegisterTaskDefinitionResponse,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { LocalAws } from '@landfall/sandbox/sandbox';

/** The service of every timeline, and what belongs to it. */
export const place = { cluster: 'main', service: 'web' };
export const serviceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/web';
export const group = { applicationName: 'AppECS-main-web', deploymentGroupName: 'DgpECS-main-web' };
export const alarm = 'errors';

/** What anybody but the run asks of AWS: past the journal, the faults and the late reads that meet the run. */
export type Ask = <T>(service: 'ecs' | 'codedeploy', operation: string, input: object) => T;

export function askOf(sandbox: LocalAws): Ask {
  const context = {
    caller: {
      accessKeyId: 'LANDFALLADMIN',
      accountId: sandbox.accountId,
      region: sandbox.region,
      partition: 'aws',
      arn: 'arn:aws:iam::123456789012:user/somebody',
      userId: 'somebody',
    },
    clock: sandbox.clock,
    requestId: 'somebody',
    signal: new AbortController().signal,
  };
  // These two answer at once, so that nothing happens in the world between two reads.
  return <T>(service: 'ecs' | 'codedeploy', operation: string, input: object) =>
    sandbox[service].handlers[operation]!(input, context) as T;
}

/** The tasks of these families, running or stopped: those that a run starts, and of `web` those of the service. */
export const taskArnsOf = (ask: Ask, families: readonly string[]): readonly string[] =>
  families.flatMap((family) =>
    ['RUNNING', 'STOPPED'].flatMap((desiredStatus) => {
      const found: string[] = [];
      let nextToken: string | undefined;
      do {
        const input = { cluster: place.cluster, family, desiredStatus, ...(nextToken && { nextToken }) };
        const page = ask<ListTasksResponse>('ecs', 'ListTasks', input);
        found.push(...(page.taskArns ?? []));
        nextToken = page.nextToken;
      } while (nextToken);
      return found;
    }),
  );

/** The revision of a task definition. Each image has one, as a pipeline that looks before it registers has it. */
export function registered(
  ask: Ask,
  definition: {
    readonly family: string;
    readonly containerDefinitions: readonly { readonly image: string }[];
  },
): string {
  const known = imagesOf(ask, definition.family);
  const image = definition.containerDefinitions[0]?.image;
  const found = Object.entries(known).find(([, one]) => one === image)?.[0];
  if (found !== undefined) return found;
  const { taskDefinition } = ask<RegisterTaskDefinitionResponse>('ecs', 'RegisterTaskDefinition', definition);
  return taskDefinition!.taskDefinitionArn!;
}

/** The image of each revision, by the ARN of the task definition. */
export function imagesOf(ask: Ask, familyPrefix?: string): Readonly<Record<string, string>> {
  const { taskDefinitionArns } = ask<{ taskDefinitionArns: string[] }>('ecs', 'ListTaskDefinitions', {
    familyPrefix,
  });
  return Object.fromEntries(
    taskDefinitionArns.map((arn) => {
      const { taskDefinition } = ask<{ taskDefinition: TaskDefinition }>('ecs', 'DescribeTaskDefinition', {
        taskDefinition: arn,
      });
      return [arn, taskDefinition.containerDefinitions?.[0]?.image ?? ''];
    }),
  );
}

/** These tasks, as they are now. */
export const describeTasks = (ask: Ask, arns: readonly string[]): readonly Task[] =>
  arns.length === 0
    ? []
    : ask<{ tasks: Task[] }>('ecs', 'DescribeTasks', { cluster: place.cluster, tasks: arns }).tasks;
