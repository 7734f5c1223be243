import { runInNewContext } from 'node:vm';

/** Milliseconds for one search of a tag or a branch, which takes microseconds unless the expression backtracks. */
const limit = 1000;

/**
 * A search by a user's expression, ended after a second: nobody checks whether `(.*)*$` meets a name that keeps it
 * busy for years, deaf to every signal. V8 can end its own engine; one of linear time would refuse expressions that
 * docker/metadata-action takes, such as a lookahead.
 */
export function search(expression: RegExp, text: string): RegExpExecArray | null | 'too slow' {
  try {
    return runInNewContext('search()', { search: () => expression.exec(text) }, { timeout: limit });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too slow';
    throw thrown;
  }
}
