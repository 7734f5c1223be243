import type { Definition } from '../definition/definition.ts';
import { ownAction, pinned } from '../definition/release.ts';

/** The inputs without which nothing works, with a value each. */
export const exampleInputs = ({ inputs }: Definition): [string, string][] =>
  Object.entries(inputs)
    .filter(([, input]) => input.required)
    .map(([name, input]) => [name, input.example ?? input.choices?.[0] ?? '']);

/** The smallest workflow in which the action does its job. */
export function exampleWorkflow(definition: Definition): string {
  const inputs = exampleInputs(definition);
  const id = definition.name;
  return [
    'name: Deploy',
    'on:',
    '  push:',
    '    branches: [main]',
    'permissions: {}',
    'jobs:',
    '  deploy:',
    '    runs-on: ubuntu-latest',
    '    permissions:',
    '      contents: read # to check the sources out',
    '      id-token: write # to assume the AWS role without a stored key',
    '    steps:',
    `      - uses: ${pinned.checkout}`,
    '        with:',
    '          persist-credentials: false',
    `      - uses: ${pinned.configureAwsCredentials}`,
    '        with:',
    '          role-to-assume: arn:aws:iam::123456789012:role/deploy',
    '          aws-region: eu-west-1',
    `      - uses: ${ownAction(definition.name)}`,
    `        id: ${id}`,
    ...(inputs.length > 0
      ? ['        with:', ...inputs.flatMap(([name, text]) => inputLines(name, text))]
      : []),
  ].join('\n');
}

const inputLines = (name: string, text: string) =>
  text.includes('\n')
    ? [`          ${name}: |`, ...text.split('\n').map((line) => `            ${line}`)]
    : [`          ${name}: ${plain.test(text) ? text : JSON.stringify(text)}`];

/** What YAML reads as the text it is. */
const plain = /^(?!(?:true|false|yes|no|on|off|null)$)[A-Za-z/.][A-Za-z0-9_./=@-]*(?::[A-Za-z0-9_./=@-]+)*$/i;
