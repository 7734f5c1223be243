import { camelCase, type Inputs, type ValuesOf } from '../../inputs/input.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';

/** They say something of a service, and the official action ignores them without one as well. */
const ignored = [
  'desired-count',
  'force-new-deployment',
  'enable-ecs-managed-tags',
  'propagate-tags',
  'service-managed-ebs-volume-name',
  'service-managed-ebs-volume',
  'wait-for-service-stability',
  'wait-for-minutes',
  'wait-max-delay-seconds',
  'codedeploy-appspec',
  'codedeploy-application',
  'codedeploy-deployment-group',
  'codedeploy-deployment-description',
  'codedeploy-deployment-config',
];
/** The official action does not have these. */
const refused = [
  'max-parallel',
  'on-failure',
  'on-outside-change',
  'enable-execute-command',
  'wait-until',
  'wait-timeout',
  'stall-timeout',
  'on-pause',
  'fail-fast',
  'on-cancel',
  'rollback-on',
];
/** A task that runs first goes by these, too. */
const ofTask = ['enable-ecs-managed-tags', 'wait-for-minutes', 'wait-timeout', 'on-cancel'];

/** Which inputs are set, to other than their defaults, that nothing goes by where there is no service. */
export function withoutService<I extends Inputs>(
  inputs: I,
  given: ValuesOf<I>,
  runsTask: boolean,
): { readonly ignored: readonly string[]; readonly problems: readonly InputProblem[] } {
  const isIdle = (name: string) => {
    const { default: usual, parse } = inputs[name] as I[string];
    const value = (given as Readonly<Record<string, unknown>>)[camelCase(name)];
    const standard = usual === undefined ? undefined : parse(usual);
    const isSet = JSON.stringify(value) !== JSON.stringify(standard?.ok ? standard.value : undefined);
    return isSet && !(runsTask && ofTask.includes(name));
  };
  return {
    ignored: ignored.filter(isIdle),
    problems: refused
      .filter(isIdle)
      .map((input) => ({ input, problem: 'needs service or services: without one, nothing is deployed' })),
  };
}
