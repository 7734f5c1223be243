import type { WaitUntil } from '../terms.ts';
import type { CodeDeployValues } from './inputs.ts';

export interface ControllerValues extends CodeDeployValues {
  readonly waitUntil: WaitUntil | 'started';
  readonly enableExecuteCommand: boolean | undefined;
}
