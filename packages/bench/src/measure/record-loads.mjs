// Preloaded with `--import`: notes every file that Node loads as a module, in the file BENCH_LOADS.
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const target = process.env.BENCH_LOADS;
registerHooks({
  load(url, context, next) {
    if (target && url.startsWith('file:')) appendFileSync(target, `${url}\n`);
    return next(url, context);
  },
});
