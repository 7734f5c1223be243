import { expect } from '@jest/globals';
import type { RunRecord } from '@landfall/core/record/run-record';

/** What a run came to, and its log. */
interface End {
  readonly result: RunRecord;
  readonly host: { readonly lines: readonly string[] };
}

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>> {
    /** `SUCCEEDED 0`, the verdict and the exit code, or the exit code. A failure shows the cause, its stack and the log. */
    toEnd(expected: string | number): R;
  }
}

const mostLines = 40;

expect.extend({
  toEnd({ result, host }: End, expected: string | number) {
    const received = `${result.outputs.verdict} ${result.exitCode}`;
    const { error } = result;
    const stack = error?.facts.stack;
    const message = () =>
      [
        `Expected the run to end with ${this.isNot ? 'anything but ' : ''}${expected}, and it ended with ${received}`,
        ...(error ? [`${error.code}: ${error.summary}`, ...error.details] : []),
        ...(typeof stack === 'string' ? [stack] : []),
        `The log${host.lines.length > mostLines ? `, its last ${mostLines} lines` : ''}:`,
        ...host.lines.slice(-mostLines).map((line) => `  ${line}`),
      ].join('\n');
    return { pass: expected === (typeof expected === 'number' ? result.exitCode : received), message };
  },
});
