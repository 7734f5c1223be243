import type { Definition } from '../definition/definition.ts';
import { ownAction, pinned } from '../definition/release.ts';
import { firstUse, type Value } from './first-use.ts';

/** The smallest workflow in which the action does its job. */
export function exampleWorkflow(definition: Definition): string {
  const uses = firstUse(definition);
  const callsAws = definition.permissions.length > 0;
  const earlier = new Set(uses.flatMap(([, value]) => (typeof value === 'string' ? [] : [value.from])));
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
    ...(callsAws ? ['      id-token: write # to assume the AWS role without a stored key'] : []),
    '    steps:',
    `      - uses: ${pinned.checkout}`,
    '        with:',
    '          persist-credentials: false',
    ...(callsAws
      ? [
          `      - uses: ${pinned.configureAwsCredentials}`,
          '        with:',
          '          role-to-assume: arn:aws:iam::123456789012:role/deploy',
          '          aws-region: eu-west-1',
        ]
      : []),
    ...[...earlier].flatMap((name) => [`      - uses: ${ownAction(name)}`, `        id: ${name}`]),
    `      - uses: ${ownAction(definition.name)}`,
    `        id: ${definition.name}`,
    ...(uses.length > 0
      ? ['        with:', ...uses.map(([name, value]) => `          ${name}: ${yamlValue(value)}`)]
      : []),
  ].join('\n');
}

export const yamlValue = (value: Value) => {
  if (typeof value !== 'string') return `\${{ steps.${value.from}.outputs.${value.output} }}`;
  return plain.test(value) ? value : JSON.stringify(value);
};

/** What YAML reads as the text it is. */
const plain =
  /^(?!(?:true|false|yes|no|on|off|null)$)[A-Za-z/.][A-Za-z0-9_./=@ -]*(?::[A-Za-z0-9_./=@-]+)*$/i;
