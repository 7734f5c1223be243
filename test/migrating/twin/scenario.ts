import type { Account } from '../account.ts';
import type { RecordedDocker } from '../recorded-docker.ts';
import type { PeerActionName } from './peer.ts';

/** A difference that is intended or known. */
export interface Explanation {
  /** How the difference begins: `outputs: registry`, say. */
  readonly what: string;
  /** A sentence. */
  readonly why: string;
  /** Of every such request: reported once, above the table. */
  readonly isGeneral?: true;
}

/** One step, run with equal inputs by the peer's action and by ours, each in an account of its own. */
export interface TwinScenario {
  readonly peer: PeerActionName;
  readonly title: string;
  readonly with: Readonly<Record<string, string>>;
  /** Of the workspace. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the account holds before the step. */
  readonly prepare?: (account: Account) => Promise<void>;
  readonly docker?: () => RecordedDocker;
  /** Any other difference fails the run, and so does one that is gone. */
  readonly differs?: readonly Explanation[];
}
