/** Environment variables, passed in by the code that composes the world. */
export type Environment = Readonly<Record<string, string | undefined>>;
