import type { LogEvent, LogStore } from '../../ports/log-store.ts';
import type { ServiceParts } from '../shared/service-module.ts';

export interface StoredEvent extends LogEvent {
  /** Order of arrival, over the whole store. With the timestamp it names the event. */
  readonly sequence: number;
  readonly ingestionTime: number;
}

export interface LogStream {
  readonly name: string;
  readonly creationTime: number;
  /** In order of timestamp, then of arrival. */
  readonly events: StoredEvent[];
}

export interface LogGroup {
  readonly name: string;
  readonly creationTime: number;
  retentionInDays?: number;
  readonly streams: Map<string, LogStream>;
}

/** A stream keeps this many events; older ones are dropped. AWS has no such limit. */
const keptEvents = 100_000;

export interface LogGroups extends LogStore {
  readonly groups: ReadonlyMap<string, LogGroup>;
  remove(group: string): boolean;
  removeStream(group: string, stream: string): boolean;
  setRetention(group: string, days: number | undefined): void;
  save(): unknown;
  restore(state: unknown): void;
}

export const logGroupsOf = ({ clock, changed }: ServiceParts): LogGroups =>
  createLogGroups(() => clock.now(), changed);

/** `changed` is told after every write. */
function createLogGroups(now: () => number, changed: () => void): LogGroups {
  const groups = new Map<string, LogGroup>();
  let sequence = 0;

  const groupOf = (name: string): LogGroup => {
    let group = groups.get(name);
    if (!group) {
      group = { name, creationTime: now(), streams: new Map() };
      groups.set(name, group);
      changed();
    }
    return group;
  };
  const streamOf = (groupName: string, name: string): LogStream => {
    const group = groupOf(groupName);
    let stream = group.streams.get(name);
    if (!stream) {
      stream = { name, creationTime: now(), events: [] };
      group.streams.set(name, stream);
      changed();
    }
    return stream;
  };

  return {
    groups,
    hasGroup: (name) => groups.has(name),
    createGroup: (name) => void groupOf(name),
    createStream: (group, stream) => void streamOf(group, stream),
    put(group, stream, events) {
      const { events: kept } = streamOf(group, stream);
      const ingestionTime = now();
      for (const { timestamp, message } of events) {
        const stored: StoredEvent = { timestamp, message, sequence: sequence++, ingestionTime };
        let at = kept.length;
        while (at > 0 && kept[at - 1]!.timestamp > timestamp) at--;
        kept.splice(at, 0, stored);
      }
      // A tenth more before dropping, so that a busy stream is not cut at each event.
      if (kept.length > keptEvents * 1.1) kept.splice(0, kept.length - keptEvents);
      if (events.length > 0) changed();
    },
    read: (group, stream) => groups.get(group)?.streams.get(stream)?.events ?? [],
    remove(name) {
      changed();
      return groups.delete(name);
    },
    removeStream(group, stream) {
      changed();
      return groups.get(group)?.streams.delete(stream) ?? false;
    },
    setRetention(name, days) {
      const group = groupOf(name);
      if (days === undefined) delete group.retentionInDays;
      else group.retentionInDays = days;
      changed();
    },
    save: () => ({
      sequence,
      groups: [...groups.values()].map((group) => ({
        name: group.name,
        creationTime: group.creationTime,
        ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
        streams: [...group.streams.values()],
      })),
    }),
    restore(state) {
      const saved = state as {
        sequence: number;
        groups: { name: string; creationTime: number; retentionInDays?: number; streams: LogStream[] }[];
      };
      sequence = saved.sequence;
      groups.clear();
      for (const { streams, ...group } of saved.groups) {
        groups.set(group.name, {
          ...group,
          streams: new Map(streams.map((stream) => [stream.name, stream])),
        });
      }
    },
  };
}
