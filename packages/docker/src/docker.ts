import type { Clock } from '@landfall/core/world/clock';
import type { BuildSpecification, Docker, DockerCallOptions } from '@landfall/core/world/docker';
import { makesIndex, requirementsOf } from './builders/builder-requirements.ts';
import { type ChosenBuilder, chooseBuilder, refuseIgnored } from './builders/choose-builder.ts';
import { findBuilders } from './builders/find-builders.ts';
import { bakePlan } from './commands/bake-plan.ts';
import { build } from './commands/build.ts';
import { engineVersion, tag } from './commands/engine.ts';
import { login } from './commands/login.ts';
import { push } from './commands/push.ts';
import { isolateConfig, userConfigFolder } from './config/isolate-config.ts';
import type { Environment } from './processes/environment.ts';
import { findPrograms } from './processes/find-program.ts';
import { endLeftBehind } from './processes/left-behind.ts';
import { type RunProcess, runProcess } from './processes/run-process.ts';
import type { Programs } from './programs.ts';

export interface DockerOptions {
  /** The variables that docker gets; PATH, HOME and DOCKER_CONFIG are read from here and nowhere else. */
  readonly env: Environment;
  readonly clock: Clock;
  /** How a program is run. Default: as a child process. */
  readonly run?: RunProcess;
}

/** Docker by its command line. Nothing runs until it is needed. */
export function createDocker({ env: environment, clock, run = runProcess(clock) }: DockerOptions): Docker {
  const programs: Programs = { environment, run, dockers: onPath(environment) };
  const chosen = new Map<string, Promise<ChosenBuilder>>();
  const choose = (specification: BuildSpecification, options: DockerCallOptions): Promise<ChosenBuilder> => {
    const needs = requirementsOf(specification);
    const key = JSON.stringify([specification.builder, needs, makesIndex(specification)]);
    const known = chosen.get(key);
    if (known) return known;
    const find = async () => {
      const candidates = await findBuilders(programs, specification.builder, options);
      const builder = chooseBuilder(candidates, needs, makesIndex(specification));
      if (builder.byEngine && needs.some(({ engine }) => engine !== undefined))
        refuseIgnored(needs, await engineVersion(programs, options));
      return builder;
    };
    const found = find();
    chosen.set(key, found);
    // A choice that failed (no docker yet, a cancel) may be made again.
    found.catch(() => chosen.delete(key));
    return found;
  };
  return {
    isolateConfig: (request) => isolateConfig(environment, request),
    configFolder: async () => userConfigFolder(environment),
    login: (request, options = {}) => login(programs, request, options),
    chooseBuilder: (specification, options = {}) => choose(specification, options),
    bakePlan: (request, options = {}) => bakePlan(programs, request, options),
    build: async (request, options = {}) => build(programs, await choose(request, options), request, options),
    endLeftBehind,
    push: (request, options = {}) => push(programs, request, options),
    tag: (request, options = {}) => tag(programs, request, options),
  };
}

/** Searched for until it is found: a user who is told that it is missing may install it. */
function onPath(environment: Environment): Programs['dockers'] {
  let known: readonly string[] = [];
  return async () => {
    if (known.length === 0) known = await findPrograms('docker', environment);
    return known;
  };
}
