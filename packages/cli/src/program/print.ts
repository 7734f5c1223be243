import { jsonText } from '@landfall/core/text/json-text';
import { neutralise } from '@landfall/core/text/neutralise';
import type { TextOutput } from '@landfall/hosts/surroundings';

/**
 * What is printed beside the log: help, a refusal before there is a log, a result. Words of the command line may be
 * among it, and a step's output is where a runner reads commands from.
 */
export const print = (output: TextOutput, text: string): void => void output.write(neutralise(text));

export const printJson = (output: TextOutput, value: unknown): void =>
  void output.write(`${jsonText(value)}\n`);
