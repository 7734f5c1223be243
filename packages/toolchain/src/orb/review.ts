/**
 * What CircleCI's own review of an orb asks for (RC001 to RC012), as far as it can be asked without a network.
 * https://circleci.com/docs/orbs-best-practices/
 */
export function reviewOrb(orb: Record<string, unknown>, files: readonly string[]): readonly string[] {
  const problems: string[] = [];
  const display = orb.display as { source_url?: string; home_url?: string } | undefined;
  if (!display?.source_url) problems.push('@orb.yml: display.source_url is missing');
  if (!display?.home_url) problems.push('@orb.yml: display.home_url is missing');
  if (String(orb.description ?? '').length < 64)
    problems.push('@orb.yml: the description has fewer than 64 characters');
  for (const file of files) {
    const name = file
      .split('/')
      .at(-1)!
      .replace(/\.yml$/, '');
    if (/^example$/i.test(name)) problems.push(`${file}: the name says nothing of the example`);
    if (!/^(?:@orb|[a-z0-9]+(?:_[a-z0-9]+)*)$/.test(name))
      problems.push(`${file}: the name is not snake_case`);
  }
  for (const section of ['commands', 'jobs', 'executors', 'examples']) {
    for (const [name, component] of Object.entries((orb[section] ?? {}) as Record<string, Component>)) {
      problems.push(...componentProblems(`${section}/${name}`, component));
    }
  }
  if (Object.keys((orb.examples ?? {}) as object).length === 0) problems.push('examples: there is none');
  return problems;
}

interface Component {
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, { readonly description?: string }>>;
  readonly steps?: readonly unknown[];
}

function componentProblems(where: string, component: Component): readonly string[] {
  const problems: string[] = [];
  if (!component.description) problems.push(`${where}: the description is missing`);
  for (const [name, parameter] of Object.entries(component.parameters ?? {})) {
    if (!/^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(name))
      problems.push(`${where}: parameter ${name} is not snake_case`);
    if (!parameter.description) problems.push(`${where}: parameter ${name} has no description`);
  }
  for (const step of stepsIn(component.steps)) {
    const { run } = step as { run?: unknown };
    if (run === undefined) continue;
    if (typeof run !== 'object' || run === null || !('name' in run))
      problems.push(`${where}: a run has no name`);
  }
  return problems;
}

/** Steps, those under `when` and `unless` included. */
function stepsIn(steps: readonly unknown[] = []): readonly object[] {
  return steps.flatMap((step) => {
    if (typeof step !== 'object' || step === null) return [];
    const nested = Object.values(step).flatMap((value) =>
      typeof value === 'object' && value !== null && Array.isArray((value as { steps?: unknown }).steps)
        ? stepsIn((value as { steps: unknown[] }).steps)
        : [],
    );
    return [step, ...nested];
  });
}
