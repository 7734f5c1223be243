import type { CreateExpressGatewayServiceRequest } from '@aws-sdk/client-ecs';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import { createScenario, scenario } from '../scenario/current.ts';
import type { KillAt } from '../scenario/kill-at.ts';
import type { Between, ScenarioOptions, ScenarioResult } from '../scenario/scenario.ts';

export const minute = 60_000;

export const serviceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/web';

export const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

export const roles = {
  'execution-role-arn': role('execution'),
  'infrastructure-role-arn': role('infrastructure'),
};

export const breaks = (version: number) => ({
  match: { image: `web:${version}` },
  outcome: { kind: 'exit', code: 1, after: 1000 } as const,
});

/** An Express service `web` on version 1 of its image, with two tasks. */
export const given = async (
  more: Partial<CreateExpressGatewayServiceRequest> = {},
  options: ScenarioOptions = {},
) => {
  await createScenario({ express: { web: more }, ...options });
};

/** No service yet. */
export const nothing = async (options: ScenarioOptions = {}) => {
  await createScenario({ services: {}, ...options });
};

export const begin = (
  inputs: Record<string, string> = {},
  options: { accessKeyId?: string; killAt?: KillAt; between?: Between } = {},
) =>
  scenario.begin(
    { service: '', 'task-definition': '', 'service-name': 'web', image: 'example/web:2', ...inputs },
    { operation: deployExpressService, ...options },
  );

export const deploy = (inputs: Record<string, string> = {}, options: Parameters<typeof begin>[1] = {}) =>
  begin(inputs, options).done;

export const sent = (operation: string) =>
  scenario.sandbox
    .journal()
    .filter((entry) => entry.operation === operation)
    .map((entry) => entry.input);

/** What this run has sent: the scenario itself has created the service, and no more. */
export const updates = () => sent('UpdateExpressGatewayService');

export const summaryOf = ({ result }: ScenarioResult) => result.error?.summary;
