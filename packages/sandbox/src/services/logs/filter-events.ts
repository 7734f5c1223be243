import { page } from '../../api/page.ts';
import { eventId } from './event-window.ts';
import { compileFilter } from './filter-pattern.ts';
import type { LogGroup, StoredEvent } from './log-groups.ts';
import { findStream, invalid, pageOptions } from './log-requests.ts';

/** FilterLogEvents: the events of several streams that match, in order of time. */
// biome-ignore lint/suspicious/noExplicitAny: see Handler
export function filterEvents(group: LogGroup, input: any) {
  const names: string[] | undefined = input.logStreamNames;
  const prefix = input.logStreamNamePrefix;
  if (names && prefix !== undefined) {
    throw invalid('Cannot specify both logStreamNames and logStreamNamePrefix.');
  }
  for (const name of names ?? []) findStream(group, name);
  const wanted = compileFilter(String(input.filterPattern ?? ''));
  if (!wanted) throw invalid('Invalid filter pattern: the sandbox understands patterns of words only.');
  const found: { stream: string; event: StoredEvent }[] = [];
  for (const stream of group.streams.values()) {
    if (names ? !names.includes(stream.name) : !stream.name.startsWith(String(prefix ?? ''))) continue;
    for (const event of stream.events) {
      if (input.startTime !== undefined && event.timestamp < Number(input.startTime)) continue;
      // Unlike GetLogEvents, the end is inclusive here.
      if (input.endTime !== undefined && event.timestamp > Number(input.endTime)) continue;
      if (wanted(event.message)) found.push({ stream: stream.name, event });
    }
  }
  found.sort((a, b) => a.event.timestamp - b.event.timestamp || a.event.sequence - b.event.sequence);
  const shown = page(found, ({ event }) => eventId(event), pageOptions(input, 10_000));
  return {
    events: shown.items.map(({ stream, event }) => ({
      logStreamName: stream,
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.ingestionTime,
      eventId: eventId(event),
    })),
    searchedLogStreams: [],
    nextToken: shown.nextToken,
  };
}
