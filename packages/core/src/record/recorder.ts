import { exitCodes } from '../errors/exit-codes.ts';
import type { LandfallError } from '../errors/landfall-error.ts';
import type { Clock } from '../world/clock.ts';
import type { Host, Waiting } from '../world/host.ts';
import type { RunEvent, RunEventBody } from './run-event.ts';
import type { ErrorRecord, RunRecord } from './run-record.ts';
import type { RunResults } from './run-results.ts';
import type { ServiceRecord } from './service-record.ts';
import type { SummaryBlock } from './summary-block.ts';

/** Shows a record while it grows. */
export interface RecordListener {
  event(event: RunEvent): void;
  /** What a service is waiting for at the moment, which is not kept. */
  waiting(service: string, waiting: Waiting): void;
}

/** What a run is, before anything has happened in it. */
export type RunStart = Pick<RunRecord, 'landfall' | 'operation' | 'title' | 'inputs'>;

/** What an operation appends to the record of its run. */
export interface Recorder {
  /** @param elapsed when it was seen, the clock's monotonic milliseconds; by default now */
  add(event: RunEventBody, elapsed?: number): void;
  waiting(service: string, waiting: Waiting): void;
  /** Results take the place of those noted before; of a service only what is given. */
  note(results: Partial<Omit<RunResults, 'services'>>): void;
  noteService(service: Pick<ServiceRecord, 'cluster' | 'service'> & Partial<ServiceRecord>): void;
  summary(...blocks: readonly SummaryBlock[]): void;
  /** A monotonic time of the clock in ISO 8601. */
  timeOf(elapsed: number): string;
}

export interface RecorderSession extends Recorder {
  end(how: Pick<RunRecord, 'outputs' | 'calls'> & { readonly error: LandfallError | undefined }): RunRecord;
}

const empty: RunResults = {
  services: [],
  images: [],
  tasks: [],
  checks: [],
  changes: [],
  blockingFindings: [],
  containerImages: [],
};

const planned = {
  status: 'planned',
  reason: '',
  milliseconds: 0,
  stoppedTasks: [],
  outsideChanges: [],
  resume: [],
} as const satisfies Partial<ServiceRecord>;

export function beginRecord(
  start: RunStart,
  clock: Clock,
  host: Pick<Host, 'name' | 'run' | 'redact'>,
  listener: RecordListener,
): RecorderSession {
  const startedAt = clock.elapsed();
  const wall = clock.now();
  const events: RunEvent[] = [];
  const blocks: SummaryBlock[] = [];
  const services = new Map<string, ServiceRecord>();
  let results = empty;
  // Wall times jump; what is between two events does not.
  const timeOf = (elapsed: number) => new Date(wall + elapsed - startedAt).toISOString();
  return {
    timeOf,
    add(body, elapsed = clock.elapsed()) {
      const event = { at: timeOf(elapsed), ...body };
      events.push(event);
      listener.event(event);
    },
    waiting: listener.waiting,
    note(more) {
      results = { ...results, ...more };
    },
    noteService({ cluster, service, ...more }) {
      const key = `${cluster}/${service}`;
      services.set(key, { cluster, service, ...planned, ...services.get(key), ...more });
    },
    summary: (...more) => void blocks.push(...more),
    end({ outputs, error, calls }) {
      const ended = clock.elapsed();
      const { services: _none, ...rest } = results;
      const record: RunRecord = {
        schemaVersion: 1,
        ...start,
        host: host.name,
        run: host.run,
        startedAt: timeOf(startedAt),
        endedAt: timeOf(ended),
        milliseconds: Math.round(ended - startedAt),
        ok: error === undefined,
        exitCode: error?.exitCode ?? exitCodes.success.code,
        outputs: {},
        ...(error && { error: errorRecord(error) }),
        services: [...services.values()],
        ...rest,
        events,
        summary: blocks,
        calls,
      };
      // Outputs are what was requested; whatever else is here may quote text of others.
      return { ...plainData(record, host.redact), outputs };
    },
  };
}

/** The record of a command line that was refused before an operation began. */
export const refusalRecord = (start: RunStart, now: number, error: LandfallError): RunRecord => ({
  schemaVersion: 1,
  ...start,
  startedAt: new Date(now).toISOString(),
  endedAt: new Date(now).toISOString(),
  milliseconds: 0,
  ok: false,
  exitCode: error.exitCode,
  outputs: {},
  error: errorRecord(error),
  ...empty,
  events: [],
  summary: [],
  calls: {},
});

const errorRecord = ({
  code,
  summary,
  remedy,
  details,
  detailsLogged,
  facts,
}: LandfallError): ErrorRecord => ({
  code,
  summary,
  remedy,
  details,
  detailsLogged,
  facts,
});

/** What JSON carries of a value, with every text redacted. */
function plainData<T>(value: T, redact: (text: string) => string): T {
  const text = JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one));
  return JSON.parse(text, (_key, one: unknown) => (typeof one === 'string' ? redact(one) : one)) as T;
}
