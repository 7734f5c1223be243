import { invalidInputs } from '../inputs/parse-inputs.ts';
import { environmentShape } from './manifest-shape.ts';
import { mapAt, type Node, without } from './node.ts';
import { type Problem, problemAt } from './problem.ts';
import type { Manifest } from './read-manifest.ts';
import { Reading } from './shape/shape.ts';

/** A job that deploys an environment in one region, with credentials of its own. */
export interface MatrixJob {
  /** `production-eu-west-1`. */
  readonly id: string;
  readonly environment: string;
  readonly region: string;
  readonly role: string;
  readonly account?: string;
  /** Ids of the jobs that have to succeed before. */
  readonly needs: readonly string[];
}

/** The jobs that deploy all environments of a manifest, each after those that it needs. Services are not read. Pure. */
export function matrixJobs({ root }: Pick<Manifest, 'root'>): {
  readonly jobs: readonly MatrixJob[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const report = (node: Node, problem: string) => void problems.push(problemAt(node, problem));
  const environments = [...(mapAt(root, 'environments')?.entries ?? [])].map(([name, node]) => {
    const own = node.kind === 'map' ? without(node, 'services', 'tasks', 'vars') : undefined;
    const {
      region: regions = [],
      role = '',
      account,
      needs = [],
    } = (own && environmentShape.read(own, new Reading(false))) ?? {};
    const missing = [...(regions.length === 0 ? ['region'] : []), ...(role === '' ? ['role'] : [])];
    if (missing.length > 0)
      report(node, `has no ${missing.join(' and no ')}, which each job of a matrix has to itself`);
    return { name, regions, role, account, needs };
  });
  const idsOf = (wanted: string) =>
    environments
      .filter(({ name }) => name === wanted)
      .flatMap(({ name, regions }) => regions.map((region) => idOf(name, region)));
  const jobs = sorted(environments).flatMap(({ name, regions, role, account, needs }) =>
    regions.map((region) => ({
      id: idOf(name, region),
      environment: name,
      region,
      role,
      ...(account !== undefined && { account }),
      needs: needs.flatMap(idsOf),
    })),
  );
  return { jobs, problems };
}

const idOf = (environment: string, region: string) => `${environment}-${region}`;

/** Each after what it needs; a circle is a problem of the manifest. */
function sorted<E extends { readonly name: string; readonly needs: readonly string[] }>(
  environments: readonly E[],
): readonly E[] {
  const order = new Set<E>();
  const open = new Set<E>();
  const add = (one: E): void => {
    if (open.has(one)) return;
    open.add(one);
    for (const name of one.needs) for (const needed of environments) if (needed.name === name) add(needed);
    order.add(one);
  };
  for (const one of environments) add(one);
  return [...order];
}

/** Jobs that may run together, in their order: for GitHub, whose matrix has no order of its own. */
function stagesOf(jobs: readonly MatrixJob[]): readonly (readonly MatrixJob[])[] {
  const stages = new Map<string, number>();
  for (const { id, needs } of jobs)
    stages.set(id, Math.max(0, ...needs.map((one) => (stages.get(one) ?? 0) + 1)));
  return [...Map.groupBy(jobs, ({ id }) => stages.get(id) ?? 0)]
    .sort(([one], [other]) => one - other)
    .map(([, together]) => together);
}

const variablesOf = ({ environment, region, role }: MatrixJob) => ({
  LANDFALL_ENVIRONMENT: environment,
  AWS_REGION: region,
  AWS_ROLE_ARN: role,
});

interface Format {
  /** Jobs that the host starts at most. */
  readonly most?: number;
  /** What a job of the matrix runs, by default. */
  readonly job?: string;
  /** Plain data, to be written as YAML, or as JSON where there is no `job`. */
  readonly of: (jobs: readonly MatrixJob[], job: string) => unknown;
}

const formats = {
  /** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix */
  github: {
    most: 256,
    of: (jobs) =>
      stagesOf(jobs).map((together) => ({ include: together.map(({ id, needs, ...values }) => values) })),
  },
  /** https://circleci.com/docs/reference/configuration-reference/#workflows */
  circleci: {
    job: 'deploy-environment',
    of: (jobs, job) => ({
      workflows: {
        'deploy-environments': {
          jobs: jobs.map(({ id, environment, region, role, needs }) => ({
            [job]: { name: id, environment, region, role, ...(needs.length > 0 && { requires: needs }) },
          })),
        },
      },
    }),
  },
  /** https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-buildspec.html */
  codebuild: {
    most: 100,
    job: 'buildspec/deploy-environment.yml',
    of: (jobs, job) => {
      const identifier = (id: string) => id.replaceAll('-', '_');
      return {
        version: 0.2,
        batch: {
          'fast-fail': false,
          'build-graph': jobs.map((one) => ({
            identifier: identifier(one.id),
            buildspec: job,
            env: { variables: variablesOf(one) },
            ...(one.needs.length > 0 && { 'depend-on': one.needs.map(identifier) }),
          })),
        },
      };
    },
  },
  /** https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#dynamic-child-pipelines */
  gitlab: {
    job: '.deploy-environment',
    of: (jobs, job) =>
      Object.fromEntries(
        jobs.map((one) => [
          one.id,
          {
            extends: job,
            environment: { name: one.environment },
            variables: variablesOf(one),
            needs: one.needs,
          },
        ]),
      ),
  },
} satisfies Readonly<Record<string, Format>>;

export type MatrixFormat = keyof typeof formats;
export const matrixFormats = Object.keys(formats) as readonly MatrixFormat[];

/**
 * The jobs in the words of a CI host: JSON for GitHub, otherwise YAML.
 * @param job what each runs, in the words of the host
 * @throws INPUT_INVALID for more jobs than the host starts
 */
export async function matrixText(
  host: MatrixFormat,
  jobs: readonly MatrixJob[],
  job: string | undefined,
): Promise<string> {
  const format: Format = formats[host];
  const { most = Number.POSITIVE_INFINITY } = format;
  if (jobs.length > most)
    throw invalidInputs([
      { input: 'matrix', problem: `has ${jobs.length} jobs, but ${host} starts at most ${most}` },
    ]);
  const data = format.of(jobs, job ?? format.job ?? '');
  if (format.job === undefined) return JSON.stringify(data);
  return (await import('yaml')).stringify(data, { lineWidth: 0, aliasDuplicateObjects: false });
}
