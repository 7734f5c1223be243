import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { ManifestKind } from './parse.ts';

const action = (description: string) => `name: Drop an anchor
description: Drops the anchor.
inputs:
  ship:
    description: '${description}'
    default: \${{ github.repository }}
runs:
  using: node24
  main: main.js
`;
const workflow = (step: string) => `on: push
jobs:
  anchor:
    runs-on: ubuntu-latest
    steps:
      - ${step}
`;

describe("GitHub's own parser", () => {
  test.each<[string, ManifestKind, string, readonly string[]]>([
    ['an action with an expression in a default is loaded', 'action', action('The ship.'), []],
    [
      'an action with an expression in a description is not',
      'action',
      action('The ship: ${{ github.repository }}.'),
      ["manifest.yml (Line: 5, Col: 18): Unrecognized named-value: 'github'"],
    ],
    ['a workflow is loaded', 'workflow', workflow('run: sail'), []],
    [
      'a workflow with an unknown key is not',
      'workflow',
      workflow('rnu: sail'),
      [
        "manifest.yml (Line: 6, Col: 9): Unexpected value 'rnu'",
        "manifest.yml (Line: 6, Col: 9): There's not enough info to determine what you meant. Add one of these properties: parallel, run, shell, uses, with, working-directory",
      ],
    ],
  ])('%s', (_title, kind, content, problems) => {
    // In a program of its own: the parser needs a hook of Node's module loader, which Jest replaces.
    const module = fileURLToPath(new URL('./parse.ts', import.meta.url));
    const program = `import { parseProblems } from ${JSON.stringify(module)};
      console.log(JSON.stringify(await parseProblems(...${JSON.stringify([kind, 'manifest.yml', content])})));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(problems);
  });
});
