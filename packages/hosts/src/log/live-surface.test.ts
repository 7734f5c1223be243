import { expect, test } from '@jest/globals';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { createRedactor } from '@landfall/core/text/redactor';
import { isColourful, isLive, liveSurface } from './live-surface.ts';
import { createLog } from './log.ts';

/** The rows a terminal would show: enough of ECMA-48 for what the surface writes. */
function screen(columns?: number) {
  const rows: string[] = [''];
  let row = 0;
  return {
    isTTY: true,
    rows: 6,
    columns,
    write(text: string) {
      for (const [token] of text.matchAll(/\u001b\[(\d*)A|\r\u001b\[0J|\u001b\[\?7[lh]|\n|[^\u001b\n\r]+/g)) {
        const up = /^\u001b\[(\d+)A$/.exec(token);
        if (up) row -= Number(up[1]);
        else if (token === '\r\u001b[0J') rows.splice(row, rows.length, '');
        else if (token === '\n') {
          row += 1;
          rows[row] ??= '';
        } else if (!token.startsWith('\u001b')) rows[row] += token;
      }
    },
    shown: () => rows,
  };
}

const start = (columns?: number) => {
  const terminal = screen(columns);
  const clock = virtualClock({ auto: false });
  const log = createLog(liveSurface(terminal, { colour: false, debug: false }), createRedactor(), clock);
  return { terminal, log, clock };
};

test('what moves is redrawn in place below the log', () => {
  const { terminal, log } = start();
  log.info('deploying');
  log.progress('web', 'web: 0 of 2');
  log.progress('worker', 'worker: 0 of 1');
  log.progress('web', 'web: 1 of 2');
  log.info('web: task 1 is running');
  log.progress('worker', '');
  expect(terminal.shown()).toEqual(['deploying', 'web: task 1 is running', 'web: 1 of 2', '']);
});

test('when the work is over its state is gone, and the result is the last line', () => {
  const { terminal, log } = start();
  log.progress('web', 'web: 2 of 2');
  log.close();
  log.info('done');
  expect(terminal.shown()).toEqual(['done', '']);
});

test('the clock of what moves ticks, and says what is waited for and for how long', async () => {
  const { terminal, log, clock } = start();
  log.progress('web', 'web  1/2 running', { what: '1 of 2 new tasks to run', since: 0, deadline: 1_200_000 });
  expect(terminal.shown()).toEqual([
    'web  1/2 running  waiting for 1 of 2 new tasks to run  [0:00 of at most 20m]',
    '',
  ]);
  await clock.advance(26_000);
  log.tick();
  expect(terminal.shown()).toEqual([
    'web  1/2 running  waiting for 1 of 2 new tasks to run  [0:26 of at most 20m]',
    '',
  ]);
  const bake = { what: 'the bake time of 30m to end', since: 0, until: 1_830_000, deadline: 4_200_000 };
  log.progress('web', 'web  2/2 running', bake);
  expect(terminal.shown()).toEqual([
    'web  2/2 running  waiting for the bake time of 30m to end, 30:04 left  [0:26 of at most 1h10m]',
    '',
  ]);
});

test('on a narrow terminal what is waited for and the clock are kept, and the counts give way', () => {
  const { terminal, log } = start(80);
  const wait = { what: '1 of 2 new tasks to run', since: 0, deadline: 1_200_000 };
  const counts = 'web  web:2  1/2 running  1 pending  0 failed  (before: web:1 2 running)';
  log.progress('web', counts, wait);
  log.progress('worker', 'worker  1/2 running', { ...wait, what: 'x'.repeat(99) });
  log.progress('api', 'api  1/2 running', wait);
  const [web, worker, api] = terminal.shown();
  expect(web).toBe('web  web:2  1/2 run…  waiting for 1 of 2 new tasks to run  [0:00 of at most 20m]');
  expect(web).toHaveLength(80);
  expect(worker).toBe(`worker  1/2 running  waiting for ${'x'.repeat(23)}…  [0:00 of at most 20m]`);
  expect(worker).toHaveLength(80);
  expect(api).toBe('api  1/2 running  waiting for 1 of 2 new tasks to run  [0:00 of at most 20m]');
});

test('more lines than the terminal has rows end with a count', () => {
  const { terminal, log } = start();
  for (let at = 1; at <= 9; at += 1) log.progress(`s${at}`, `service ${at}`);
  expect(terminal.shown()).toEqual(['service 1', 'service 2', 'service 3', '… 6 more', '']);
});

test.each([
  [true, {}, true, true],
  [true, { TERM: 'xterm', NO_COLOR: '1' }, true, false],
  [true, { NO_COLOR: '' }, true, true],
  [true, { TERM: 'dumb' }, false, false],
  [true, { CI: 'true' }, false, true],
  [true, { CI: 'false' }, true, true],
  [false, {}, false, false],
])('a terminal %p with %j is live: %p, in colour: %p', (isTTY, env, live, colour) => {
  const output = { write: () => {}, isTTY };
  expect(isLive(output, env)).toBe(live);
  expect(isColourful(output, env)).toBe(colour);
});
