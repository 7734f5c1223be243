import { jsonText, neutralise } from '@landfall/core/text/neutralise';
import { isUnread } from '@landfall/hosts/machine/signals';
import type { TextOutput } from '@landfall/hosts/surroundings';

/**
 * What is printed besides the log: help, a refusal before there is a log, a result. Words of the command
 * line may be among it, and a step's output is where a runner reads commands from.
 */
export const print = (output: TextOutput, text: string): void => void output.write(neutralise(text));

/** Prints a result. @returns what it could not be written for; a reader who has gone is no such cause. */
export const printJson = (output: NodeJS.WritableStream, value: unknown): Promise<Error | undefined> =>
  new Promise((settle) => {
    output.write(`${jsonText(value)}\n`, (error?: NodeJS.ErrnoException | null) =>
      settle(error && !isUnread(error.code) ? error : undefined),
    );
  });
