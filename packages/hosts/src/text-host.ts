import { createRedactor } from '@landfall/core/text/redactor';
import type { CommitFacts, Host, HostName, RunFacts } from '@landfall/core/world/host';
import { createLog } from './log/log.ts';
import { maskIn } from './log/mask.ts';
import type { Surface } from './log/surface.ts';
import { runState } from './state/run-state.ts';
import type { HostSession, Surroundings } from './surroundings.ts';
import { checkName } from './variables/name.ts';
import type { ShellFile } from './variables/shell-file.ts';
import { writeSummary } from './write-summary.ts';

interface TextHostParts {
  readonly name: HostName;
  readonly temporaryFolder: string;
  readonly surface: Surface;
  readonly run: RunFacts;
  /** How variables and outputs get to later steps. */
  readonly variables: ShellFile;
  commit(folder?: string): Promise<CommitFacts>;
}

/** What every host without a protocol of its own has in common: a log that is text, a summary at its end, state in a file. */
export function createTextHost(surroundings: Surroundings, parts: TextHostParts): HostSession {
  const { env, cwd, clock, inputs = new Map<string, string>(), cancellation } = surroundings;
  const redactor = createRedactor();
  const log = createLog(parts.surface, redactor, clock);
  const state = runState(parts.temporaryFolder, surroundings);
  const { variables } = parts;
  const host: Host = {
    name: parts.name,
    workspace: cwd,
    temporaryFolder: parts.temporaryFolder,
    log,
    run: parts.run,
    commit: parts.commit,
    inputs: () => inputs,
    environment: (name) => env[name],
    mask: (secret) => void maskIn(redactor, log, secret),
    redact: redactor.redact,
    annotate({ level, title, message, file, line, column }) {
      // There is nowhere to pin it; a line that the log has already is not said twice.
      if (log.has(message.split('\n')[0]!)) return;
      const place = [file, line, column].filter((part) => part !== undefined).join(':');
      log[level]([place, title, message].filter((part) => part).join(': '));
    },
    clearOutputs: async (names) => variables.clearOutputs(names),
    async setOutput(name, value) {
      checkName('output', name);
      variables.setOutput(name, value);
    },
    async exportVariable(name, value) {
      checkName('variable', name);
      variables.exportVariable(name, value);
    },
    async summary(page) {
      for (const line of page.text(log.has)) log.info(line);
      if (env.LANDFALL_SUMMARY) writeSummary(env.LANDFALL_SUMMARY, page, redactor, log);
    },
    saveState: async (name, value) => state.save(name, value),
    readState: (name) => state.read(name),
    cancellation,
  };
  return { ...host, tick: log.tick, close: log.close };
}
