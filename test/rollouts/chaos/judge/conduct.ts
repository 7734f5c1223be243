import type { Breach, Run } from './evidence.ts';

/** How a run behaved, whatever it was for. */
export const conductBreaches = (run: Run): readonly Breach[] => [
  ...lateCalls(run),
  ...commandsOf(run),
  ...defects(run),
];

/** After a cancel nothing more is sent, except what `on-cancel: stop` asks for. */
function lateCalls({ calls, cancelledAt, asked, said }: Run): readonly Breach[] {
  if (cancelledAt === undefined) return [];
  // One that failed and was sent again is one call.
  const late = new Set(
    calls
      .filter((call) => call.at > cancelledAt + 1000)
      .map((call) => `${call.operation} ${JSON.stringify(call.input)}`),
  );
  // One stop for each task, or each of several services; one that was killed meanwhile reports none.
  const updated = new Set(
    calls.flatMap(({ operation, resource }) => (operation === 'UpdateService' && resource ? resource : [])),
  );
  const each =
    asked.operation === 'run-task'
      ? (asked.count ?? 1)
      : Math.max(updated.size, JSON.parse(said?.outputs.results ?? '[0]').length);
  const permitted = asked.onCancel === 'stop' ? each : 0;
  return late.size > permitted ? [{ kind: 'call-after-cancel', what: [...late].join(', ') }] : [];
}

/** No line of the log is a command of a runner. */
function commandsOf({ lines }: Run): readonly Breach[] {
  const fired = lines.find((line) => line.split('\n').some((one) => /^\s*::|##\[/.test(one)));
  return fired === undefined ? [] : [{ kind: 'command-fired', what: fired }];
}

const defects = ({ said }: Run): readonly Breach[] =>
  said?.error?.code === 'INTERNAL' ? [{ kind: 'crash', what: said.error.summary }] : [];
