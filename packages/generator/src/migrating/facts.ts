/** What a peer takes and gives, as its own source has it at one version; `npm run peers` writes `facts/*.json`. */
export interface Facts {
  readonly repository: string;
  readonly version: string;
  readonly commit: string;
  /** A command, job or, under an empty name, the whole action or the flags of every command. */
  readonly parts: Readonly<Record<string, PartFacts>>;
}

export interface PartFacts {
  /** Inputs, parameters or flags, and the default of each that has one. */
  readonly inputs: Readonly<Record<string, InputFacts>>;
  readonly outputs: readonly string[];
}

export interface InputFacts {
  readonly required?: boolean;
  readonly default?: string;
}
