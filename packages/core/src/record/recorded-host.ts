import type { Host } from '../world/host.ts';
import type { Recorder } from './recorder.ts';
import type { LogEvent } from './run-event.ts';

/** A host whose log lines pass through the record of the run. */
export function recordedHost(host: Host, record: Recorder): Host {
  const write = (level: LogEvent['level']) => (text: string) => record.add({ kind: 'log', level, text });
  return {
    ...host,
    log: {
      ...host.log,
      info: write('info'),
      notice: write('notice'),
      warning: write('warning'),
      error: write('error'),
    },
  };
}
