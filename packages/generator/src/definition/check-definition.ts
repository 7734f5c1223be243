import { catalogue } from '@landfall/core/errors/catalogue';
import type { Definition } from './definition.ts';

const sentence = /^[A-Z`\d].*[.`)]$/s;
const kebab = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** GitHub evaluates expressions in the whole of an action.yml and does not load one that has them in its texts. */
const expression = '${{';

/**
 * Everything that would make a wrapper say too little. A definition with a problem is not generated at all:
 * a table with an empty cell is how a reader learns to distrust a table.
 */
export function problemsOf(definition: Definition): string[] {
  const problems: string[] = [];
  const say = (what: string, problem: string) => problems.push(`${definition.name}: ${what} ${problem}`);
  if (!kebab.test(definition.name)) say('its name', 'is not kebab-case');
  const checkText = (what: string, text: string) => {
    if (!sentence.test(text)) say(what, 'has no description that is a sentence');
    if (text.includes(expression))
      say(
        what,
        `has "${expression}" in its description: GitHub does not load an action whose texts have expressions`,
      );
  };
  checkText('the operation', definition.description);
  if (definition.title.includes(expression)) say('its title', `has "${expression}"`);
  if (definition.promises.length === 0) say('promises', 'are missing');
  for (const promise of definition.promises) {
    if (!sentence.test(promise)) say(`the promise "${promise}"`, 'is not a sentence');
  }
  for (const [name, input] of Object.entries(definition.inputs)) {
    const what = `input ${name}`;
    if (!kebab.test(name)) say(what, 'is not kebab-case');
    checkText(what, input.description);
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
    checkText(`output ${name}`, output.description);
  }
  for (const code of definition.errors) {
    if (!(code in catalogue)) say(`error ${code}`, 'is not in the catalogue');
  }
  for (const { action } of definition.permissions) {
    if (!/^[a-z0-9-]+:[A-Z][A-Za-z]*$/.test(action)) say(`permission ${action}`, 'is not an IAM action');
  }
  return problems;
}
