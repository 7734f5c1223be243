/** Writes line after line until it is told to stop. */
import { withHost } from '@landfall/app/program/session';

await withHost(process, { scope: 'chat', inputs: new Map() }, async (host, clock) => {
  for (let line = 0; !host.cancellation.aborted; line += 1) {
    host.log.info(`line ${line} ${'x'.repeat(1000)}`);
    await clock.sleep(1, host.cancellation);
  }
  return 130;
});
