export interface LogEvent {
  /** Milliseconds since the epoch: when the line was written. */
  readonly timestamp: number;
  readonly message: string;
}

/** CloudWatch Logs as the rest of the sandbox writes to it. */
export interface LogStore {
  hasGroup(group: string): boolean;
  /** Does nothing when the group is there. */
  createGroup(group: string): void;
  /** Does nothing when the stream is there. Creates the group too. */
  createStream(group: string, stream: string): void;
  /** Appends to a stream, creating the group and the stream where they are missing. */
  put(group: string, stream: string, events: readonly LogEvent[]): void;
  /** All events of a stream in order of time; empty when there is no such stream. */
  read(group: string, stream: string): readonly LogEvent[];
}
