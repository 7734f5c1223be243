import { catalogue } from '@landfall/core/errors/catalogue';
import type { Definition } from './definition.ts';

const sentence = /^[A-Z`\d].*[.`)]$/s;
const kebab = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * Everything that would make a wrapper say too little. A definition with a problem is not generated at all:
 * a table with an empty cell is how a reader learns to distrust a table.
 */
export function problemsOf(definition: Definition): string[] {
  const problems: string[] = [];
  const say = (what: string, problem: string) => problems.push(`${definition.name}: ${what} ${problem}`);
  if (!kebab.test(definition.name)) say('its name', 'is not kebab-case');
  if (!sentence.test(definition.description)) say('its description', 'is not a sentence');
  if (definition.promises.length === 0) say('promises', 'are missing');
  for (const promise of definition.promises) {
    if (!sentence.test(promise)) say(`the promise "${promise}"`, 'is not a sentence');
  }
  for (const [name, input] of Object.entries(definition.inputs)) {
    const what = `input ${name}`;
    if (!kebab.test(name)) say(what, 'is not kebab-case');
    if (!sentence.test(input.description)) say(what, 'has no description that is a sentence');
    if (input.required && input.example === undefined && !input.choices)
      say(what, 'is required and has no example');
    for (const [label, text] of [
      ['default', input.default],
      ['example', input.example],
    ] as const) {
      if (text === undefined) continue;
      const result = input.parse(text);
      if (!result.ok) say(what, `has a ${label} that its own parser refuses: it ${result.problem}`);
    }
  }
  for (const [name, output] of Object.entries(definition.outputs)) {
    if (!kebab.test(name)) say(`output ${name}`, 'is not kebab-case');
    if (!sentence.test(output.description)) say(`output ${name}`, 'has no description that is a sentence');
  }
  for (const code of definition.errors) {
    if (!(code in catalogue)) say(`error ${code}`, 'is not in the catalogue');
  }
  for (const { action } of definition.permissions) {
    if (!/^[a-z0-9-]+:[A-Z][A-Za-z]*$/.test(action)) say(`permission ${action}`, 'is not an IAM action');
  }
  return problems;
}
