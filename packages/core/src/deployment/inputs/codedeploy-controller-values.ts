import type { CodeDeployValues } from '../../codedeploy/deployment-group.ts';
import type { WaitUntil } from '../rollout/wait-conditions.ts';

export interface ControllerValues extends CodeDeployValues {
  readonly waitUntil: WaitUntil | 'started';
  readonly enableExecuteCommand: boolean | undefined;
}
