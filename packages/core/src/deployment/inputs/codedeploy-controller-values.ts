import type { WaitUntil } from '../rollout/wait-conditions.ts';
import type { CodeDeployValues } from './codedeploy-inputs.ts';

export interface ControllerValues extends CodeDeployValues {
  readonly waitUntil: WaitUntil | 'started';
  readonly enableExecuteCommand: boolean | undefined;
}
