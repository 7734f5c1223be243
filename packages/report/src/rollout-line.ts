import { shortTaskDefinition } from '@landfall/core/ecs/short-names';
import { causeLine } from '@landfall/core/record/cause';
import type { RolloutEvent } from '@landfall/core/record/run-event';
import { formatElapsed } from '@landfall/core/time/duration';

export type Following = RolloutEvent & { readonly kind: 'following' };

export interface Line {
  /** `output`: a line of another program. */
  readonly level: 'info' | 'warning' | 'error' | 'output';
  readonly text: string;
}

/** The state of a deployment, for a line that is redrawn. The log itself shows for how long it has lasted. */
export function countsText(
  { service, taskDefinition, previousTaskDefinition: previous }: Following,
  event: RolloutEvent & { readonly kind: 'counts' },
): string {
  const from = previous === undefined ? '' : `${shortTaskDefinition(previous)} → `;
  const traffic = event.traffic === undefined ? '' : `  ${event.traffic}% traffic`;
  const old = event.others > 0 ? `  ${event.others} old` : '';
  return `${service}  ${from}${shortTaskDefinition(taskDefinition)}  ${event.running}/${event.desired} running  ${event.pending} pending  ${event.failed} failed${old}${traffic}`;
}

/** A change as lines of a log. Pure. @param elapsed milliseconds since the deployment began */
export function rolloutLines(event: RolloutEvent, elapsed: number): readonly Line[] {
  const line = (level: Line['level'], text: string): readonly Line[] => [
    { level, text: `${event.service}  ${text}  [${formatElapsed(elapsed)}]` },
  ];
  switch (event.kind) {
    case 'following':
    case 'counts':
      return [];
    case 'stage':
      return line(
        'info',
        `stage ${event.stage}${event.traffic === undefined ? '' : ` (${event.traffic}% traffic)`}`,
      );
    case 'breaker': {
      const of = event.threshold === undefined ? '' : ` of ${event.threshold}`;
      return line(
        'warning',
        `circuit breaker: ${event.failures}${of} failures${event.triggered ? ', triggered' : ''}`,
      );
    }
    case 'alarm':
      return line('warning', `alarm in state ALARM: ${event.names.join(', ')}`);
    case 'hook': {
      const isOpen = event.status === 'AWAITING_ACTION' || event.status === 'IN_PROGRESS';
      const until = isOpen && event.expiresAt !== undefined ? ` until ${event.expiresAt}` : '';
      return line(
        event.status === 'FAILED' || event.status === 'TIMED_OUT' ? 'warning' : 'info',
        `hook ${event.hook} at ${event.stage}: ${event.status}${until}`,
      );
    }
    case 'service-event':
      return line('info', `· ${event.message}`);
    case 'tasks-stopped': {
      const { tasks, reason, repeated } = event;
      if (reason === undefined)
        return line('info', `task ${tasks.join(', ')} was stopped by the service scheduler`);
      return repeated
        ? line('info', `✗ again: ${causeLine({ sentence: reason.replace(/: .*/s, ''), tasks })}`)
        : line('warning', `✗ ${causeLine({ sentence: reason, tasks })}`);
    }
    case 'container-log':
      return [
        { level: 'info', text: `  ${event.title}:` },
        ...event.lines.map((text) => ({ level: 'output', text }) as const),
      ];
    case 'target-health':
      return event.lines.map((text) => ({ level: 'warning', text: `  ${text}` }));
    case 'rolling-back':
      return line('error', `${event.by} gave up: ${event.reason}`);
    case 'scaled':
      return line('info', `desired count ${event.from} → ${event.to}`);
  }
}
