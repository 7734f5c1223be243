import type { Service } from '@aws-sdk/client-ecs';
import { nameInArn } from '../../account/arn.ts';
import { invalidInputs } from '../../inputs/parse-inputs.ts';
import { diffTaskDefinitions } from '../../task-definition/compare/diff.ts';
import { asItStands } from '../plan/plan.ts';
import type { ExpressValues } from './inputs.ts';
import type { LiveExpress } from './live.ts';
import {
  asTaskDefinition,
  type CreateRequest,
  differences,
  pick,
  type Settings,
  settingsOf,
  type UpdateRequest,
  wantedSettings,
} from './settings.ts';

/** What will be done, decided before anything is. */
export type ExpressPlan =
  | { readonly kind: 'create'; readonly request: CreateRequest }
  | { readonly kind: 'unchanged' | 'adopt' | 'failed-before'; readonly reason: string }
  | {
      readonly kind: 'update';
      readonly request: UpdateRequest;
      /** What takes the service back to where it is now. */
      readonly undo: UpdateRequest;
      /** What changes, one change per line. */
      readonly lines: readonly string[];
    };

/** A service that is not there yet. All that Express Mode can choose by itself is left to it. */
export function planCreation(
  given: ExpressValues,
  place: { readonly cluster: string; readonly serviceName: string },
): ExpressPlan {
  const { infrastructureRoleArn } = given;
  const missing = [
    ...(given.executionRoleArn === undefined ? ['execution-role-arn'] : []),
    ...(infrastructureRoleArn === undefined ? ['infrastructure-role-arn'] : []),
    ...(given.logStreamPrefix !== undefined && given.logGroup === undefined ? ['log-group'] : []),
  ];
  if (missing.length > 0) {
    const problem = `is required to create service ${place.serviceName}, which does not exist`;
    throw invalidInputs(missing.map((input) => ({ input, problem })));
  }
  return {
    kind: 'create',
    request: {
      // Without a name it is `default`, which Express Mode makes where it is missing.
      ...(nameInArn(place.cluster) !== 'default' && { cluster: place.cluster }),
      serviceName: place.serviceName,
      infrastructureRoleArn,
      ...wantedSettings(given, undefined),
      ...(given.tags && given.tags.length > 0 && { tags: given.tags.map((tag) => ({ ...tag })) }),
    },
  };
}

/**
 * Compares what is wanted with what the PRIMARY deployment is set to. Every UpdateExpressGatewayService starts a
 * deployment, also one that says nothing new, so nothing is sent unless something is to change.
 */
export function planExpressUpdate(
  given: ExpressValues,
  service: Service,
  { configuration }: LiveExpress,
  force: boolean,
): ExpressPlan {
  const serviceArn = service.serviceArn;
  const from = settingsOf(configuration);
  const to = wantedSettings(given, configuration);
  const changed = differences(from, to);
  if (changed.length === 0 && !force) {
    const stands = asItStands({ service });
    if (stands.kind !== 'redeploy') return stands;
  }
  // An update that only starts a deployment must still contain something.
  const sent = changed.length === 0 ? (['primaryContainer'] as const) : changed;
  return {
    kind: 'update',
    request: { serviceArn, ...pick(to, sent) },
    undo: { serviceArn, ...pick(from, sent) },
    lines: linesOf(from, to),
  };
}

const linesOf = (from: Settings, to: Settings) =>
  diffTaskDefinitions(asTaskDefinition(from), asTaskDefinition(to));

/** What the plan comes to, for a dry run. */
export const expressPlanSentence = (plan: ExpressPlan): string => {
  switch (plan.kind) {
    case 'create':
      return 'the service would be created';
    case 'update':
      return 'the update would start a new deployment';
    default:
      return plan.reason;
  }
};
