import type { ErrorCode } from '../errors/catalogue.ts';
import { connectionInputs } from '../inputs/common.ts';
import type { Inputs, ValuesOf } from '../inputs/input.ts';
import type { InputProblem } from '../inputs/parse-inputs.ts';
import type { Recorder } from '../record/recorder.ts';
import type { World } from '../world/world.ts';

interface Output {
  readonly description: string;
}
export type Outputs = Readonly<Record<string, Output>>;

/**
 * One statement of the IAM policy an operation needs. Placeholders: `${Partition} ${Region} ${Account}`, names of
 * inputs, and the names of `policyNames`.
 */
export interface Permission {
  /** `ecs:UpdateService`. */
  readonly action: string;
  readonly resource: string;
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Set when the permission is needed only then: `when \`secrets-from\` is set`. */
  readonly when?: string;
  /** Without it the operation still does its job, with less to say. */
  readonly optional?: boolean;
  /** It opens too much to be given for every resource there is: only those that are named are put into a policy. */
  readonly onlyWhenNamed?: boolean;
}

export interface Call<I extends Inputs, O extends Outputs> {
  readonly inputs: ValuesOf<I>;
  readonly world: World;
  /** Hands an output over at once, so that a later failure loses nothing. */
  output(name: keyof O & string, value: string): Promise<void>;
  /** What this run has done, as plain data: whatever people and programs see of it is rendered from here. */
  readonly record: Recorder;
}

/** An operation, defined once. Everything that describes it elsewhere is generated from this. */
export interface Operation<I extends Inputs = Inputs, O extends Outputs = Outputs> {
  /** kebab-case, the folder of the action and the CLI's command. */
  readonly name: string;
  /** A few words, as a title. */
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  /** What it promises when it fails and when it is cancelled: a sentence each, for the README. */
  readonly promises: readonly string[];
  readonly inputs: I;
  readonly outputs: O;
  readonly permissions: readonly Permission[];
  /** The codes it can end with, beyond those every operation can (INPUT_INVALID, INTERNAL, CANCELLED, …). */
  readonly errors: readonly ErrorCode[];
  /** Icon and colour of the action in GitHub's marketplace (Feather icons). */
  readonly branding: {
    readonly icon: string;
    readonly color: 'blue' | 'green' | 'orange' | 'purple' | 'gray-dark';
  };
  /** Rules across inputs. Pure. */
  check?(values: ValuesOf<I>): readonly InputProblem[];
  run(call: Call<I, O>): Promise<void>;
  /** Runs after the job, even after a cancel. Present only where something must not outlive the job. */
  cleanUp?(world: World): Promise<void>;
}

/** Keeps the literal types of inputs and outputs. What reaches AWS takes the inputs of a connection, too. */
export const defineOperation = <const I extends Inputs, const O extends Outputs>(
  operation: Operation<I, O>,
): Operation<I, O> =>
  operation.permissions.length === 0
    ? operation
    : { ...operation, inputs: { ...operation.inputs, ...connectionInputs } };
