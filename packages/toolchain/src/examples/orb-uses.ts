import { workflowKeys } from '@landfall/generator/orb/deploy-job';
import { parse } from 'yaml';

type Components = Readonly<Record<string, { readonly parameters?: Readonly<Record<string, unknown>> }>>;

/** Uses of `landfall/<command or job>` in a CircleCI config: unknown names, unknown and missing parameters. */
export function orbUseProblems(config: string, orb: Record<string, unknown>): readonly string[] {
  const problems: string[] = [];
  const components: Components = {
    ...(orb.executors as Components),
    ...(orb.commands as Components),
    ...(orb.jobs as Components),
  };
  visit(parse(config), (name, given) => {
    const component = components[name];
    if (!component) {
      problems.push(`landfall/${name} is not in the orb`);
      return;
    }
    const parameters = component.parameters ?? {};
    for (const key of Object.keys(given)) {
      if (!(key in parameters) && !workflowKeys.has(key))
        problems.push(`landfall/${name}: ${key} is not a parameter`);
    }
    for (const [key, parameter] of Object.entries(parameters)) {
      if (!Object.hasOwn(parameter as object, 'default') && !(key in given))
        problems.push(`landfall/${name}: ${key} is required`);
    }
  });
  return problems;
}

function visit(
  value: unknown,
  found: (name: string, given: Readonly<Record<string, unknown>>) => void,
): void {
  if (Array.isArray(value)) {
    for (const one of value) visit(one, found);
  } else if (typeof value === 'string') {
    const name = /^landfall\/([a-z0-9_]+)$/.exec(value)?.[1];
    if (name) found(name, {});
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      const name = /^landfall\/([a-z0-9_]+)$/.exec(key)?.[1];
      if (name) found(name, (one ?? {}) as Record<string, unknown>);
      else visit(one, found);
    }
  }
}
