/** Stands for a deploy: it sets an output, then waits until it is done or cancelled. */
import { loadavg } from 'node:os';
import { withHost } from '@landfall/app/program/session';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { defineOperation } from '@landfall/core/operation/operation';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';

const deaf = process.env.DEAF === 'true';

const operation = defineOperation({
  name: 'wait',
  title: 'Wait',
  description: 'Waits.',
  promises: [],
  inputs: {},
  outputs: { 'deployment-id': { description: 'What is in flight.' } },
  permissions: [],
  errors: [],
  branding: { icon: 'clock', color: 'blue' },
  async run({ world: { host, clock }, output, record }) {
    await host.saveState('deployment', 'ecs-svc/1');
    await output('deployment-id', 'ecs-svc/1');
    record.summary({ kind: 'paragraph', text: 'ecs-svc/1 is in flight' });
    host.log.info('watching ecs-svc/1');
    await clock.sleep(60_000, deaf ? undefined : host.cancellation);
    throw new LandfallError('CANCELLED', { summary: 'ecs-svc/1 goes on in ECS' });
  },
});

// Something that would hold the process forever.
setInterval(loadavg, 1000);

await withHost(process, { scope: 'wait' }, async (host, clock) => {
  return (await runReported(operation, { ...fakeWorld(), host, clock })).exitCode;
});
