/** Writes more than a pipe holds, leaves a socket open, and is done. */
import { createServer } from 'node:net';
import { withHost } from '@landfall/app/program/session';

createServer().listen(0, '127.0.0.1');
await withHost(process, { scope: 'write', inputs: new Map() }, async (host) => {
  for (let line = 0; line < 2000; line += 1) host.log.info(`line ${line} ${'x'.repeat(500)}`);
  return 7;
});
