/** Writes two lines with a pause between them, and is green unless it was cancelled. */
import { withHost } from '@landfall/app/program/session';

await withHost(process, { scope: 'log', inputs: new Map() }, async (host, clock) => {
  host.log.info('one');
  await clock.sleep(50, host.cancellation);
  host.log.info('two');
  return host.cancellation.aborted ? 130 : 0;
});
