// Preloaded with `--import`: notes the largest resident set of the process (bytes), in the file BENCH_MEMORY.
import { readFileSync, writeFileSync } from 'node:fs';

const target = process.env.BENCH_MEMORY;
process.on('exit', () => {
  if (target) writeFileSync(target, String(peakKib() * 1024));
});

/** A process begins with its parent's `maxRSS`, which would make a large bench look like a large action. */
function peakKib() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    // Not Linux: Node's own figure, in KiB, has to do.
    return process.resourceUsage().maxRSS;
  }
}
