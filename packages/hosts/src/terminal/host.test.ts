import { expect, test } from '@jest/globals';
import { pageOf } from '@landfall/report/summary/page';
import { onHost } from '../testing/on-host.ts';

test('an output that is set with every part is shown once, with its final value', async () => {
  const { host, log, output } = await onHost('terminal');
  await host.setOutput('tags', 'web:1');
  host.log.info('pushed web:1');
  await host.setOutput('tags', 'web:1,worker:1');
  // A later step may need what is done, whatever becomes of the rest.
  expect(output('tags')).toBe('web:1,worker:1');
  host.log.info('pushed worker:1');
  await host.summary(pageOf([{ kind: 'heading', text: 'Images pushed' }]));
  host.close();
  expect(log().split('\n').slice(0, 3)).toEqual(['pushed web:1', 'pushed worker:1', 'tags: web:1,worker:1']);
  expect(log().match(/tags: /g)).toHaveLength(1);
});

test('what went wrong stands below the outputs that there are', async () => {
  const { host, log } = await onHost('terminal');
  await host.setOutput('version', '1');
  host.log.error('PUSH_FAILED: the registry does not answer');
  host.close();
  expect(log()).toBe('version: 1\nPUSH_FAILED: the registry does not answer\n');
});

test('an output that is a JSON document is named, not dumped', async () => {
  const { host, log, output } = await onHost('terminal');
  await host.setOutput('checks', '[{"state":"OK"}]');
  await host.setOutput('tag-pattern', '[a-z]+');
  await host.setOutput('metadata', '{}');
  host.close();
  expect(log()).toBe('tag-pattern: [a-z]+\nas JSON, with --output json: checks, metadata\n');
  expect(output('checks')).toBe('[{"state":"OK"}]');
});

test('a table that repeats the log is omitted, with its heading', async () => {
  const { host, log } = await onHost('terminal');
  host.log.warning('  ! role deploy is not readable');
  await host.summary(
    pageOf([
      { kind: 'heading', text: 'Verified web: 1 warning' },
      { kind: 'table', head: ['', 'check'], rows: [['! WARN', 'role deploy is not readable']], logged: true },
    ]),
  );
  host.close();
  expect(log()).toBe('warning:   ! role deploy is not readable\n');
});
