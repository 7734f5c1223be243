import type { Question } from '../authorization/evaluate.ts';
import { redact } from './redact.ts';

/** One request. Secrets in the input are replaced by their length. */
export interface JournalEntry {
  /** Counts from 1, without gaps, over the life of the sandbox. */
  readonly number: number;
  /** Epoch milliseconds on the sandbox's clock. */
  readonly time: number;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  /** The caller's ARN; absent when the request named no caller that is known. */
  readonly caller?: string;
  readonly region: string;
  readonly requestId: string;
  /** HTTP status of the answer; 0 while there is none, and for a request that never gets one. */
  readonly status: number;
  /** The error's name, where the answer is one. */
  readonly code?: string;
  /** What IAM was asked about it, where permissions are enforced: what a policy must allow. */
  readonly asked?: readonly Question[];
  /** What was done to it, e.g. `reset`. */
  readonly fault?: string;
  /** Whether the service did what was asked, as far as it could. False for an error and for a request lost before. */
  readonly applied: boolean;
}

export type OpenEntry = { -readonly [Key in keyof JournalEntry]: JournalEntry[Key] };

export interface Journal {
  open(
    entry: Pick<JournalEntry, 'time' | 'service' | 'operation' | 'input' | 'region' | 'requestId'>,
  ): OpenEntry;
  /** Entries in order of arrival, from the number given on. */
  read(from?: number): readonly JournalEntry[];
  /** How many requests came in all, the forgotten ones too. */
  readonly total: number;
  clear(): void;
}

/** Keeps the newest `keep` entries. */
export function createJournal(keep: number): Journal {
  let total = 0;
  let entries: OpenEntry[] = [];
  return {
    open(start) {
      const entry: OpenEntry = { number: ++total, ...start, status: 0, applied: false };
      entries.push(entry);
      if (entries.length >= keep * 2) entries = entries.slice(-keep);
      return entry;
    },
    read: (from = 1) =>
      entries
        .slice(-keep)
        .filter((entry) => entry.number >= from)
        .map((entry) => ({ ...entry, input: redact(entry.input) })),
    get total() {
      return total;
    },
    clear() {
      entries = [];
    },
  };
}
