import type { RecordListener } from '@landfall/core/record/recorder';
import type { Log } from '@landfall/core/world/host';
import { countsText, type Following, rolloutLines } from './rollout-line.ts';

/** Shows a record in a log while it grows. */
export function logLines(log: Log): RecordListener {
  const followed = new Map<string, Following>();
  const counts = new Map<string, string>();
  return {
    event(event) {
      if (event.kind === 'log') return log[event.level](event.text);
      if (event.kind === 'following') followed.set(event.deployment, event);
      const following = followed.get(event.deployment);
      if (!following) return;
      if (event.kind === 'counts') counts.set(event.service, countsText(following, event));
      const elapsed = Date.parse(event.at) - Date.parse(following.startedAt);
      for (const { level, text } of rolloutLines(event, elapsed)) log[level](text);
    },
    waiting(service, waiting) {
      const text = counts.get(service);
      if (text !== undefined) log.progress(service, text, waiting);
    },
  };
}
