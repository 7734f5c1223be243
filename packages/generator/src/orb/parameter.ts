import type { Input } from '@landfall/core/inputs/input';

/** A parameter of an orb's command or job, in CircleCI's own terms. */
export type Parameter =
  | {
      readonly type: 'string' | 'executor' | 'steps';
      readonly description: string;
      readonly default?: unknown;
    }
  | { readonly type: 'boolean'; readonly description: string; readonly default?: boolean }
  | {
      readonly type: 'enum';
      readonly description: string;
      readonly enum: readonly string[];
      readonly default?: string;
    };

/**
 * An input as an orb parameter. A parameter that is not required must have a default in CircleCI, so an input
 * without one gets the empty text, which Landfall reads as "not given"; a boolean without one becomes an enum,
 * because CircleCI's boolean cannot be absent. Numbers and durations stay text, so that their own parser judges
 * them and its message is the one a user sees.
 */
export function parameterOf(input: Input<unknown>): Parameter {
  const description = describe(input);
  const standard = input.required ? {} : { default: input.default ?? '' };
  if (input.type === 'boolean' && input.default !== undefined) {
    return { type: 'boolean', description, default: input.default.toLowerCase() === 'true' };
  }
  const choices = input.type === 'boolean' ? ['true', 'false'] : input.choices;
  if (choices) {
    const absent = input.required || input.default !== undefined ? [] : [''];
    return { type: 'enum', description, enum: [...absent, ...choices], ...standard };
  }
  return { type: 'string', description, ...standard };
}

const describe = ({ description, rule, choices }: Input<unknown>) =>
  rule && !choices ? `${description} Rule: ${rule.replaceAll('`', '')}.` : description;
