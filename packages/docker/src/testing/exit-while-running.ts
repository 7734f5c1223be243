/** Starts the program given, and ends at once when it has printed its first line. */
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { runProcess } from '../processes/run-process.ts';

const program = process.argv[2]!;
await runProcess(virtualClock({ auto: false }))({
  program,
  args: [],
  environment: {},
  onLine: (line) => {
    process.stdout.write(line, () => process.exit(130));
  },
});
