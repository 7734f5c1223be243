import type {
  CPUArchitecture,
  OSFamily,
  RegisterTaskDefinitionRequest,
  RuntimePlatform,
} from '@aws-sdk/client-ecs';
import { expandRole, type RoleHome } from '../parse/roles.ts';

/** What may change at the level of the task. What is undefined stays as it is. */
interface TaskEdits {
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  /** An ARN, or a name that is expanded when account and partition are known. */
  readonly taskRole?: string | undefined;
  readonly executionRole?: string | undefined;
  /** GiB. */
  readonly ephemeralStorage?: number | undefined;
  readonly operatingSystemFamily?: string | undefined;
  readonly cpuArchitecture?: string | undefined;
}

export function editTask(
  request: RegisterTaskDefinitionRequest,
  edits: TaskEdits,
  home: RoleHome | undefined,
): RegisterTaskDefinitionRequest {
  const edited: RegisterTaskDefinitionRequest = { ...request };
  if (edits.cpu !== undefined) edited.cpu = edits.cpu;
  if (edits.memory !== undefined) edited.memory = edits.memory;
  if (edits.taskRole !== undefined) edited.taskRoleArn = expandRole(edits.taskRole, home);
  if (edits.executionRole !== undefined) edited.executionRoleArn = expandRole(edits.executionRole, home);
  if (edits.ephemeralStorage !== undefined) edited.ephemeralStorage = { sizeInGiB: edits.ephemeralStorage };
  const platform: RuntimePlatform = {
    ...request.runtimePlatform,
    ...(edits.operatingSystemFamily !== undefined && {
      operatingSystemFamily: edits.operatingSystemFamily as OSFamily,
    }),
    ...(edits.cpuArchitecture !== undefined && {
      cpuArchitecture: edits.cpuArchitecture as CPUArchitecture,
    }),
  };
  if (edits.operatingSystemFamily !== undefined || edits.cpuArchitecture !== undefined) {
    edited.runtimePlatform = platform;
  }
  return edited;
}
