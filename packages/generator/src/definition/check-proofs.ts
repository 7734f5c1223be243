import type { Definition } from './definition.ts';

/** The sources of the tests in `test`, by their path in the repository. */
export type TestSources = ReadonlyMap<string, string>;

const permissions = 'test/permissions/';
const permissionTables = ['cases.ts', 'image-cases.ts'].map((file) => `${permissions}${file}`);

/** Which tests an operation lacks: a scenario, or the proof of its permissions under enforced IAM. */
export function missingProofs({ name }: Definition, tests: TestSources): string[] {
  const isNamed = new RegExp(`['/]${name}'`);
  const isScenario = (path: string) => path.endsWith('.test.ts') && !path.startsWith(permissions);
  const hasScenario = [...tests].some(([path, text]) => isScenario(path) && isNamed.test(text));
  const entry = new RegExp(`^ +'?${name}'?: \\[`, 'm');
  const hasEntry = permissionTables.some((path) => entry.test(tests.get(path) ?? ''));
  return [
    ...(hasScenario ? [] : [`${name}: no scenario runs it; write test/<topic>/${name}.test.ts`]),
    ...(hasEntry
      ? []
      : [`${name}: nothing proves its permissions; add '${name}' to ${permissionTables.join(' or ')}`]),
  ];
}
