import { resolve } from 'node:path';
import { workTreeCommit } from '../git/facts.ts';
import { present } from '../git/present.ts';
import { isColourful, isLive, liveSurface } from '../log/live-surface.ts';
import { plainSurface } from '../log/plain-surface.ts';
import { privateFolder } from '../private-folder.ts';
import type { HostSession, Surroundings } from '../surroundings.ts';
import { createTextHost } from '../text-host.ts';
import { beginShellFile, singleQuoted } from '../variables/shell-file.ts';

/** Made for programs: a person has it in the log, and in the summary. */
const isDocument = (value: string) => /^\s*[[{]/.test(value) && isJson(value);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * A person's terminal, or a CI that we do not know. Outputs are shown at the end, each once: some are set
 * again with every part that is done. LANDFALL_ENV_FILE, if set, names a file that gets them as shell
 * variables, at once.
 */
export function createTerminalHost(surroundings: Surroundings): HostSession {
  const { env, cwd, log } = surroundings;
  const options = { colour: isColourful(log, env), debug: env.LANDFALL_DEBUG === 'true' };
  const surface = isLive(log, env) ? liveSurface(log, options) : plainSurface(log, options);
  const file = env.LANDFALL_ENV_FILE
    ? beginShellFile(resolve(cwd, env.LANDFALL_ENV_FILE), env.LANDFALL_RUN_ID)
    : undefined;
  const outputs = new Map<string, string>();
  const host = createTextHost(surroundings, {
    name: 'terminal',
    temporaryFolder: privateFolder(surroundings),
    surface,
    run: {
      id: env.LANDFALL_RUN_ID || crypto.randomUUID(),
      attempt: 1,
      ...present({ origin: env.LANDFALL_RUN_ID, event: env.LANDFALL_EVENT }),
    },
    commit: (folder) => workTreeCommit(cwd, env, folder),
    variables: {
      exportVariable(name, value) {
        if (file) file.exportVariable(name, value);
        else host.log.info(`to use it in this shell: export ${name}=${singleQuoted(value)}`);
      },
      setOutput(name, value) {
        file?.setOutput(name, value);
        outputs.set(name, value);
      },
      clearOutputs: (names) => file?.clearOutputs(names),
    },
  });
  const show = () => {
    const documents = [...outputs].filter(([, value]) => isDocument(value)).map(([name]) => name);
    for (const [name, value] of outputs) if (!isDocument(value)) host.log.info(`${name}: ${value}`);
    if (documents.length > 0) host.log.info(`as JSON, with --output json: ${documents.join(', ')}`);
    outputs.clear();
  };
  return {
    ...host,
    log: {
      ...host.log,
      // What went wrong is what a person looks for at the end.
      error(text) {
        show();
        host.log.error(text);
      },
    },
    async summary(page) {
      show();
      await host.summary(page);
    },
    close() {
      show();
      return host.close();
    },
  };
}
