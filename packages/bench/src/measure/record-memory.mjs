// Preloaded with `--import`: notes the largest resident set of the process (bytes), in the file BENCH_MEMORY.
import { writeFileSync } from 'node:fs';

const target = process.env.BENCH_MEMORY;
process.on('exit', () => {
  // Linux and Node count it in KiB.
  if (target) writeFileSync(target, String(process.resourceUsage().maxRSS * 1024));
});
