import { shortTask, shortTaskDefinition } from '../../ecs/short-names.ts';
import { formatElapsed } from '../../time/duration.ts';
import { eventLine } from '../evidence/service-events.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import type { RolloutEvent } from '../rollout/rollout-events.ts';
import { type Cause, causeLine, causesOf } from '../rollout/stop-causes.ts';
import type { WatchNotice } from '../watch/watch.ts';

export interface Line {
  readonly level: 'info' | 'notice' | 'warning' | 'error' | 'progress';
  readonly text: string;
}

/** One line per change, with the service it is about and the time since the start. Pure. */
export function narrate(ours: TrackedDeployment, event: RolloutEvent, elapsed: number): Line {
  const at = `[${formatElapsed(elapsed)}]`;
  const line = (level: Line['level'], text: string): Line => ({
    level,
    // The log itself says how long what moves has been continuing.
    text: `${ours.service}  ${text}${level === 'progress' ? '' : `  ${at}`}`,
  });
  switch (event.kind) {
    case 'counts': {
      const from = ours.previous ? `${shortTaskDefinition(ours.previous.taskDefinition)} → ` : '';
      const traffic = event.traffic === undefined ? '' : `  ${event.traffic}% traffic`;
      const old = event.others > 0 ? `  ${event.others} old` : '';
      return line(
        'progress',
        `${from}${shortTaskDefinition(ours.taskDefinition)}  ${event.running}/${event.desired} running  ${event.pending} pending  ${event.failed} failed${old}${traffic}`,
      );
    }
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
      const until = isOpen && event.expiresAt ? ` until ${event.expiresAt.toISOString()}` : '';
      return line(
        event.status === 'FAILED' || event.status === 'TIMED_OUT' ? 'warning' : 'info',
        `hook ${event.hook} at ${event.stage}: ${event.status}${until}`,
      );
    }
    case 'service-event':
      return line('info', `· ${eventLine(event.message, ours)}`);
    case 'task-stopped': {
      const [cause] = causesOf([event.task]);
      return cause
        ? line('warning', `✗ ${causeLine(cause)}`)
        : line('info', `task ${shortTask(event.task.taskArn)} was stopped by the service scheduler`);
    }
    case 'rolling-back':
      return line('error', `${event.by ?? 'ECS'} gave up: ${event.reason}`);
    case 'scaled':
      return line('info', `desired count ${event.from} → ${event.to}`);
  }
}

/** More tasks that died of a reason that was told before: one line for all that are read together. */
export function narrateAgain(ours: TrackedDeployment, { sentence, tasks }: Cause, elapsed: number): string {
  const short = sentence.split(': ', 1)[0]!;
  return `${ours.service}  ✗ again: ${causeLine({ sentence: short, tasks })}  [${formatElapsed(elapsed)}]`;
}

export function narrateNotice(notice: WatchNotice): Line {
  switch (notice.kind) {
    case 'permission-missing':
    case 'evidence-missing':
      return { level: 'notice', text: `${notice.error.summary}: ${notice.consequence}` };
    case 'degraded':
      return { level: 'notice', text: notice.consequence };
    case 'reads-fail':
      return {
        level: 'warning',
        text: `cannot read the deployment, retrying: ${notice.error.summary}`,
      };
    case 'reads-recovered':
      return { level: 'info', text: `reads recovered after ${formatElapsed(notice.milliseconds)}` };
  }
}
