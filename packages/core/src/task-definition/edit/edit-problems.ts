import type { ValuesOf } from '../../inputs/input.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';
import { imageProblem } from '../parse/images.ts';
import type { containerInputs, imageInputs } from './edit-inputs.ts';

type Values = ValuesOf<typeof imageInputs> & Partial<ValuesOf<typeof containerInputs>>;

/** Rules across the inputs that edit containers. */
export function editProblems(values: Values): InputProblem[] {
  const problems: InputProblem[] = [];
  const say = (input: string, problem: string) => problems.push({ input, problem });
  for (const { name, value } of values.images ?? []) {
    const problem = imageProblem(value.trim());
    if (problem) say('images', `for container ${name}: the image ${problem}`);
    if (values.image !== undefined && values.containerName?.includes(name)) {
      say('image', `and images both give container ${name} an image`);
    }
  }
  if (values.image !== undefined) {
    const problem = imageProblem(values.image);
    if (problem) say('image', problem);
  }
  const variables = namesOf(values.environmentVariables);
  const secrets = namesOf(values.secrets);
  for (const name of secrets) {
    if (variables.has(name)) say('secrets', `sets ${name}, which environment-variables sets too`);
  }
  for (const [input, removed, set, by] of [
    ['environment-remove', values.environmentRemove, variables, 'environment-variables'],
    ['secrets-remove', values.secretsRemove, secrets, 'secrets'],
  ] as const) {
    for (const name of removed ?? []) {
      if (set.has(name)) say(input, `removes ${name}, which ${by} sets`);
    }
  }
  const empty = (values.secrets ?? []).find(({ value }) => value.trim() === '');
  if (empty) say('secrets', `gives ${empty.name} nothing to read its value from`);
  return problems;
}

const namesOf = (pairs: readonly { name: string }[] | undefined) =>
  new Set((pairs ?? []).map(({ name }) => name));
