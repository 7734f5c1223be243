import type { OperationName } from '@landfall/core/operations/index';
import type { Value } from '../action/first-use.ts';
import type { Facts } from './facts.ts';

/** How someone who used a peer does the same with Landfall: every input and output of the peer has a row. */
export interface Migration {
  /** The name of its page, and of its facts. */
  readonly name: string;
  /** How the peer is called: `aws-actions/amazon-ecr-login`. */
  readonly title: string;
  readonly kind: 'action' | 'orb' | 'command line';
  /** What to know first, a sentence or two. */
  readonly summary: string;
  readonly facts: Facts;
  /** What came of the peer's own tests, with our action in its place. */
  readonly suite?: string;
  readonly parts: Readonly<Record<string, Part>>;
}

export type Part = ComparedPart | NotedPart;

export interface ComparedPart {
  /** What to run instead, with the least it needs. The first operation is the one whose inputs the rows mean. */
  readonly use: readonly [Use, ...Use[]];
  /** What the rows do not say. */
  readonly note?: string;
  readonly inputs: Readonly<Record<string, Row>>;
  readonly outputs?: Readonly<Record<string, Row>>;
}

/** A command that no operation answers to; its flags need no rows. */
export interface NotedPart {
  /** What one does instead, or that it is not there. */
  readonly note: string;
}

/** An operation of ours, and inputs for it: literals, or outputs of an earlier one. */
export interface Use {
  readonly operation: OperationName;
  readonly with: Readonly<Record<string, Value>>;
}

export interface Row {
  readonly judgement: 'same' | 'wider' | 'differs' | 'not there';
  /** One line, absent only where everything is the same. */
  readonly why?: string;
  /** Our name, where it is not the peer's. */
  readonly ours?: string;
  /** What to write instead, where a name does not say it. */
  readonly use?: readonly Use[];
  readonly proofs: readonly Proof[];
}

/** What a run with these inputs does, for the test of the peer to see. */
export interface Proof {
  readonly with: Readonly<Record<string, string>>;
  /** The world it starts from, by a name that the test knows. */
  readonly scenario?: string;
  /** What one request to AWS holds, by operation. */
  readonly calls?: Readonly<Record<string, object>>;
  /** Requests that are not sent. */
  readonly notSent?: readonly string[];
  /** How often requests are sent at least; exactly, where the run is refused. */
  readonly times?: Readonly<Record<string, number>>;
  /** Regular expressions, names and values. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Regular expressions for the content of the files that outputs name. */
  readonly files?: Readonly<Record<string, string>>;
  /** A part of the log. */
  readonly log?: string;
  /** A part of the error, where nothing is written. */
  readonly refused?: string;
  /** A part of the error, where something was. */
  readonly failed?: string;
  /** What the step after the job prints: a regular expression. */
  readonly after?: string;
  /** What the rendered task definition holds. */
  readonly rendered?: object;
  /** How arguments of one call of `docker` start; `<registry>` and `<workspace>` stand for the ones of the run. */
  readonly docker?: readonly string[];
}

export const use = (operation: OperationName, inputs: Use['with'] = {}): Use => ({ operation, with: inputs });

export const same = (...proofs: readonly Proof[]): Row => ({ judgement: 'same', proofs });

export const wider = (why: string, ...proofs: readonly Proof[]): Row => ({ judgement: 'wider', why, proofs });

export const differs = (why: string, ...proofs: readonly Proof[]): Row => ({
  judgement: 'differs',
  why,
  proofs,
});

export const notThere = (why: string, ...instead: readonly Use[]): Row => ({
  judgement: 'not there',
  why,
  proofs: [],
  ...(instead.length > 0 && { use: instead }),
});

/** For a command or an orb: what to write instead of a flag or a parameter, and how it differs if it does. */
export const instead = (uses: Use | readonly Use[], why?: string): Row => ({
  judgement: why === undefined ? 'same' : 'differs',
  ...(why !== undefined && { why }),
  use: 'operation' in uses ? [uses] : uses,
  proofs: [],
});
