import { userInfo } from 'node:os';

/**
 * The variables that a child process gets: all but the inputs of an action, which GitHub hands over as INPUT_*. They
 * are meant for the action alone, and `secrets` or a password may be among them.
 *
 * A service of the system has no HOME. Docker then asks the system's list of users, and so do we, or the proxies and
 * plugins of that user would be lost with the configuration of Docker that we make.
 */
export const childEnvironment = (
  env: NodeJS.ProcessEnv,
  inputs: ReadonlyMap<string, string>,
  homeOfUser: () => string | undefined = homeBySystem,
): NodeJS.ProcessEnv => {
  const kept = Object.entries(env).filter(
    ([name]) => !(name.startsWith('INPUT_') && inputs.has(name.slice('INPUT_'.length).toLowerCase())),
  );
  const home = env.HOME || homeOfUser();
  return { ...Object.fromEntries(kept), ...(home !== undefined && { HOME: home }) };
};

function homeBySystem(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    // A container run by a number that no user has: Docker finds no home either.
    return undefined;
  }
}
