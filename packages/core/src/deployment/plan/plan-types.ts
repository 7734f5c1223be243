import type {
  CreateServiceRequest,
  ServiceManagedEBSVolumeConfiguration,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { ServiceDefinition } from '../../service-definition/service-definition.ts';
import type { OnOutsideChange } from '../service/read-service-targets.ts';

/** What a user may change besides the task definition. A setting that is not named is not sent. */
export interface Settings {
  readonly desiredCount?: number | undefined;
  readonly forceNewDeployment?: boolean | undefined;
  /** Undefined where nothing outside the task definition is checked. */
  readonly onOutsideChange?: OnOutsideChange | undefined;
  readonly enableEcsManagedTags?: boolean | undefined;
  readonly propagateTags?: 'SERVICE' | 'TASK_DEFINITION' | 'NONE' | undefined;
  readonly enableExecuteCommand?: boolean | undefined;
  readonly serviceManagedEbsVolumeName?: string | undefined;
  /** Without an item: none. */
  readonly serviceManagedEbsVolume?: readonly ServiceManagedEBSVolumeConfiguration[] | undefined;
  /** Its tasks are stopped before a deployment starts: two versions never run at once. */
  readonly stopBefore?: { readonly within: number | undefined } | undefined;
  /** What else the service is to be; the settings above take precedence. */
  readonly definition?: ServiceDefinition | undefined;
}

/** The settings of a run for a service that has a definition. */
export const settingsWith = <S extends Settings>(
  settings: S,
  definition: ServiceDefinition | undefined,
): S & Settings =>
  definition === undefined
    ? settings
    : { ...settings, definition, desiredCount: settings.desiredCount ?? definition.settings.desiredCount };

/** What will be done, decided before anything is. */
export type Plan =
  | { readonly kind: 'unchanged'; readonly reason: string }
  | { readonly kind: 'adopt'; readonly reason: string }
  | { readonly kind: 'failed-before'; readonly reason: string }
  /** Another deployment is in progress, and no second one can be started. */
  | { readonly kind: 'blocked'; readonly reason: string }
  /** There is no such service: it is made, with its first deployment. */
  | {
      readonly kind: 'create';
      readonly request: CreateServiceRequest;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'update';
      readonly request: UpdateServiceRequest;
      readonly startsDeployment: boolean;
      /** The same is deployed again, by force: its last deployment did not become live. */
      readonly isRedeployment?: boolean;
      /** The service is scaled to zero first, and the request sets the count again. */
      readonly stopsFirst?: boolean;
      readonly warnings: readonly string[];
    };

export const alreadyLive = (name: string): string => `${name} is already live, as requested`;
