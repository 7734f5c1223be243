import { createRedactor, printable } from '@landfall/core/text/redactor';
import type { Host } from '@landfall/core/world/host';
import { createLog } from '../log/log.ts';
import { maskIn } from '../log/mask.ts';
import { runState, type StateStore } from '../state/run-state.ts';
import type { Environment, HostSession, Surroundings } from '../surroundings.ts';
import { writeSummary } from '../write-summary.ts';
import { command } from './command.ts';
import { appendPair } from './command-file.ts';
import { gitHubCommit } from './commit.ts';
import { gitHubSurface } from './surface.ts';

/**
 * GitHub Actions. As an action it reads INPUT_* and keeps state in GITHUB_STATE; called from the command line
 * inside a `run:` step it takes its inputs from there and keeps state in a file, because a script has no post step.
 */
export function createGitHubHost(surroundings: Surroundings): HostSession {
  const { env, cwd, clock, inputs } = surroundings;
  const workspace = inputs ? cwd : env.GITHUB_WORKSPACE || cwd;
  const temporaryFolder = env.RUNNER_TEMP || surroundings.temporary;
  const redactor = createRedactor();
  const surface = gitHubSurface(surroundings.log);
  const log = createLog(surface, redactor, clock);
  const clean = (text: string) => printable(text, redactor);
  const state: StateStore = inputs ? runState(temporaryFolder, surroundings) : stepState(env);

  const host: Host = {
    name: 'github',
    workspace,
    temporaryFolder,
    log,
    run: {
      id: env.GITHUB_RUN_ID || 'unknown',
      attempt: Number(env.GITHUB_RUN_ATTEMPT) || 1,
      ...(env.GITHUB_RUN_NUMBER && { number: env.GITHUB_RUN_NUMBER }),
      ...(env.GITHUB_RUN_ID && { origin: env.GITHUB_RUN_ID }),
      ...(env.GITHUB_JOB && { job: env.GITHUB_JOB }),
      // Counted up where the same action is used twice in a job (GitHub's reference of variables).
      ...(env.GITHUB_ACTION && { step: env.GITHUB_ACTION }),
      ...(env.GITHUB_EVENT_NAME && { event: env.GITHUB_EVENT_NAME }),
      ...(env.GITHUB_RUN_ID && {
        url: `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`,
      }),
    },
    commit: (folder) => gitHubCommit(env, workspace, folder),
    inputs: () => inputs ?? inputsOf(env),
    environment: (name) => env[name],
    mask(secret, scope) {
      const parts = maskIn(redactor, log, secret);
      if (scope !== 'step') for (const part of parts) surface.command(command('add-mask', part));
    },
    redact: redactor.redact,
    annotate({ level, title, message, file, line, column }) {
      surface.command(
        command(level, clean(message), { title: title && clean(title), file, line, col: column }),
      );
    },
    // The runner keeps the outputs of each step apart.
    clearOutputs: async () => {},
    async setOutput(name, value) {
      // Only this step's masks are known here; what an earlier step masked (an account id) GitHub drops silently.
      // An output that is a secret as a whole is one on purpose.
      if (![value, '***'].includes(redactor.redact(value))) {
        log.warning(
          `the output ${name} contains a masked value: steps of this job receive it, but GitHub drops it from the job outputs, so other jobs do not`,
        );
      }
      appendPair(env, 'GITHUB_OUTPUT', name, value);
    },
    exportVariable: async (name, value) => appendPair(env, 'GITHUB_ENV', name, value),
    async summary(page) {
      if (env.GITHUB_STEP_SUMMARY) writeSummary(env.GITHUB_STEP_SUMMARY, page, redactor, log);
      if (env.LANDFALL_SUMMARY) writeSummary(env.LANDFALL_SUMMARY, page, redactor, log);
    },
    saveState: async (name, value) => state.save(name, value),
    readState: (name) => state.read(name),
    cancellation: surroundings.cancellation,
  };
  return { ...host, tick: log.tick, close: log.close };
}

/** `with: wait-timeout: 5m` arrives as INPUT_WAIT-TIMEOUT (actions/runner, Handler.cs `AddInputsToEnvironment`). */
function inputsOf(env: Environment): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('INPUT_') && value) found.set(name.slice('INPUT_'.length).toLowerCase(), value);
  }
  return found;
}

const stepState = (env: Environment): StateStore => ({
  save: (name, value) => appendPair(env, 'GITHUB_STATE', name, value),
  read: (name) => env[`STATE_${name}`],
});
