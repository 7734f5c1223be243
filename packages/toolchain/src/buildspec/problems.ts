import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { buildspecSchema } from './schema.ts';

const validate = new Ajv({ allErrors: true, strict: false }).compile(buildspecSchema);

/** What is wrong with a buildspec, one per line: against CodeBuild's schema, and against our own rules. */
export function buildspecProblems(text: string): readonly string[] {
  const spec = parse(text) as Spec;
  if (!validate(spec)) {
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  }
  return [...graphProblems(spec.batch?.['build-graph'] ?? []), ...ownRules(spec)];
}

interface Build {
  readonly identifier: string;
  readonly 'depend-on'?: readonly string[];
}

interface Spec {
  readonly batch?: { readonly 'build-graph'?: readonly Build[] };
  readonly phases?: Readonly<
    Record<string, { readonly 'on-failure'?: string; readonly commands?: readonly string[] }>
  >;
}

/**
 * CodeBuild runs post_build even when build failed. A deploy there must check that first, or a broken
 * image goes live under a red build.
 */
function ownRules({ phases = {} }: Spec): readonly string[] {
  const problems: string[] = [];
  for (const [name, phase] of Object.entries(phases)) {
    const calls = phase.commands?.some((command) => /(?:^|\s)landfall\s/.test(command)) ?? false;
    if (calls && phase['on-failure'] !== 'ABORT')
      problems.push(`/phases/${name} calls landfall without on-failure: ABORT`);
  }
  const last = phases.post_build?.commands ?? [];
  const firstCall = last.findIndex((command) => /(?:^|\s)landfall\s/.test(command));
  const guard = last.findIndex((command) => command.includes('CODEBUILD_BUILD_SUCCEEDING'));
  if (firstCall >= 0 && (guard < 0 || guard > firstCall)) {
    problems.push('/phases/post_build calls landfall without looking at CODEBUILD_BUILD_SUCCEEDING first');
  }
  return problems;
}

/** Every build once, and only on builds that there are. */
function graphProblems(builds: readonly Build[]): readonly string[] {
  const names = builds.map(({ identifier }) => identifier);
  return builds.flatMap(({ identifier, 'depend-on': needs = [] }, index) => [
    ...(names.indexOf(identifier) === index ? [] : [`/batch/build-graph has two builds ${identifier}`]),
    ...needs
      .filter((one) => !names.includes(one))
      .map((one) => `/batch/build-graph/${index} depends on ${one}, which is not a build`),
  ]);
}
