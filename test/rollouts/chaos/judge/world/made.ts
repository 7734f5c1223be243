import type { Call, Evidence, Run } from '../evidence.ts';

export const isDeployment = (id: string) => /^(?:ecs-svc\/|d-)/.test(id);

export const makes = ({ made }: Call): boolean => made.some(isDeployment);

export const begins = /^(?:UpdateService|UpdateExpressGatewayService|CreateDeployment|CreateTaskSet)$/;

export const deploymentsMade = (run: Run) => run.calls.flatMap((call) => call.made.filter(isDeployment));

/** The deployment that a green run speaks of. */
export const claimedBy = ({ said }: Run): string | undefined =>
  said?.outputs['codedeploy-deployment-id'] ?? said?.outputs['deployment-id'];

/** What the runs of this step have made, up to and with this one, the oldest first. */
export function ours({ runs }: Evidence, run: Run): readonly string[] {
  return runs
    .slice(0, runs.indexOf(run) + 1)
    .filter((one) => one.origin === run.origin && one.asked.operation === run.asked.operation)
    .flatMap((one) => one.calls.flatMap((call) => call.made.filter(isDeployment)));
}

/** The image of a deployment, whether it is still shown or not. */
export function imageOf({ history, images }: Evidence, id: string): string | undefined {
  for (const state of history.toReversed()) {
    const info = state.codeDeploy.find((one) => one.info.deploymentId === id)?.info;
    const content = info?.revision?.appSpecContent?.content ?? '';
    const [arn] = /arn:[^"\s]+:task-definition\/[^"\s]+/.exec(content) ?? [];
    if (arn !== undefined) return images[arn];
    const entries = [...(state.service?.deployments ?? []), ...(state.service?.taskSets ?? [])];
    const entry = entries.find((one) => one.id === id);
    if (entry) return images[entry.taskDefinition ?? ''];
  }
  return undefined;
}

/** What a deployment of ECS's own controller runs, which the service shows only for as long as it has it. */
export function definitionOf({ history }: Evidence, id: string): string | undefined {
  const shown = history.findLast(({ service }) => service?.deployments?.some((one) => one.id === id));
  return shown?.service?.deployments?.find((one) => one.id === id)?.taskDefinition;
}
