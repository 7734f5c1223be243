import { skippedLines } from './skipped.ts';

/**
 * Closes a run with what was skipped and why, and with one last plain line that any CI can read: how many tests ran
 * and how they ended.
 */
export default class CountReporter {
  constructor({ rootDir, testNamePattern }) {
    this.run = { rootDir, asked: testNamePattern };
  }

  onRunComplete(_contexts, results) {
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = results;
    const broken = results.numRuntimeErrorTestSuites;
    const lines = [
      ...skippedLines(results.testResults, this.run),
      `${passed} passed, ${failed + broken} failed, ${skipped} skipped`,
    ];
    // Jest's own summary is written after the last reporter; the line that is read must come after it.
    process.once('exit', () => console.log(lines.join('\n')));
  }
}
