/** Environment variables, handed in by whoever composes the world. */
export type Environment = Readonly<Record<string, string | undefined>>;
