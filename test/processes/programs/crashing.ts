/** Throws, uncaught, what THROWN names. */
import { withHost } from '@landfall/app/program/session';

const cyclic = new Error('an error whose cause is itself');
cyclic.cause = cyclic;
const thrown: Record<string, unknown> = {
  undefined: undefined,
  string: 'only a string',
  frozen: Object.freeze(new Error('a frozen error')),
  cyclic,
  huge: new Error('x'.repeat(1024 * 1024)),
  secret: new Error('login with the-secret-value failed'),
  hostile: new Error('bad\n::set-output name=image::evil'),
};

await withHost(process, { scope: 'crash' }, async (host, clock) => {
  host.mask('the-secret-value');
  await host.saveState('kept', 'yes');
  const value = thrown[process.env.THROWN ?? ''];
  if (process.env.WHERE === 'promise') void Promise.reject(value);
  else {
    setTimeout(() => {
      throw value;
    }, 1);
  }
  await clock.sleep(30_000);
  return 0;
});
