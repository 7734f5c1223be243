import type { CircleCiStep } from '../runner/circleci-runner.ts';

type Parameters = Readonly<Record<string, unknown>>;
interface Component {
  readonly parameters?: Readonly<Record<string, { readonly default?: unknown; readonly type: string }>>;
  readonly steps: readonly unknown[];
}
export interface Orb {
  readonly commands: Readonly<Record<string, Component>>;
  readonly jobs: Readonly<Record<string, Component>>;
}

/**
 * The `run` steps of a job of the orb as CircleCI's compiler leaves them: parameters put in, commands opened,
 * `when` decided. `checkout` and steps passed as parameters are left to others. A missing or unknown parameter
 * throws.
 */
export const compileJob = (orb: Orb, job: string, given: Parameters): CircleCiStep[] =>
  stepsOf(orb, orb.jobs[job]!, given);

function stepsOf(orb: Orb, component: Component, given: Parameters): CircleCiStep[] {
  const values = valuesOf(component, given);
  return component.steps.flatMap((step) => compileStep(orb, step, values));
}

function valuesOf({ parameters = {} }: Component, given: Parameters): Parameters {
  for (const name of Object.keys(given)) {
    if (!(name in parameters)) throw new Error(`Unexpected argument(s): ${name}`);
  }
  const values = Object.entries(parameters).map(([name, parameter]) => {
    if (!(name in given) && !('default' in parameter)) throw new Error(`Missing required argument: ${name}`);
    return [name, given[name] ?? parameter.default] as const;
  });
  return Object.fromEntries(values);
}

function compileStep(orb: Orb, step: unknown, values: Parameters): CircleCiStep[] {
  if (step === 'checkout' || (typeof step === 'object' && step !== null && 'steps' in step)) return [];
  if (typeof step === 'string') return stepsOf(orb, orb.commands[step]!, {});
  const [[name, body]] = Object.entries(step as object) as [[string, Parameters]];
  if (name === 'run') {
    const { command, environment = {}, ...rest } = put(body, values) as unknown as CircleCiStep;
    return [{ ...rest, command: command.replaceAll('\\<<', '<<'), environment: texts(environment) }];
  }
  if (name === 'when') {
    const { condition, steps } = body as unknown as { condition: string; steps: readonly unknown[] };
    return put(condition, values) ? steps.flatMap((one) => compileStep(orb, one, values)) : [];
  }
  return stepsOf(orb, orb.commands[name]!, put(body, values) as Parameters);
}

/** A value that is a parameter alone keeps its type; a parameter inside a text becomes text. */
function put(value: unknown, values: Parameters): unknown {
  if (typeof value === 'string') {
    const alone = /^<<\s*parameters\.(\w+)\s*>>$/.exec(value)?.[1];
    if (alone) return values[alone];
    return value.replace(/<<\s*parameters\.(\w+)\s*>>/g, (_, name: string) => String(values[name]));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, put(one, values)]));
}

/** A boolean is 1 or 0 in the environment of a step. */
const texts = (environment: Parameters) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? String(Number(value)) : String(value),
    ]),
  );
