/**
 * The variables that a child process gets: all but the inputs of an action, which GitHub hands over as INPUT_*. They
 * are meant for the action alone, and `secrets` or a password may be among them.
 */
export const childEnvironment = (
  env: NodeJS.ProcessEnv,
  inputs: ReadonlyMap<string, string>,
): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !(name.startsWith('INPUT_') && inputs.has(name.slice('INPUT_'.length).toLowerCase())),
    ),
  );
