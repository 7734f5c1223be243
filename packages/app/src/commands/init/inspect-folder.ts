import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Ci = 'github' | 'circleci' | 'codebuild';

/** What a folder holds that a pipeline can be made from. */
export interface FolderFacts {
  readonly dockerfiles: readonly string[];
  readonly composeFiles: readonly string[];
  /** JSON files with `containerDefinitions`. */
  readonly taskDefinitions: readonly string[];
  readonly ci: readonly Ci[];
}

const skipped = /^(?:node_modules|vendor|dist|target|\..*)$/;
const composeName = /^(?:docker-)?compose\.ya?ml$/;
const dockerfileName = /^(?:Dockerfile(?:\.[\w-]+)?|[\w-]+\.Dockerfile)$/;

export function inspectFolder(root: string): FolderFacts {
  const files = filesBelow(root, '', 3);
  const named = (pattern: RegExp) =>
    files.filter((path) => pattern.test(path.slice(path.lastIndexOf('/') + 1)));
  const there = (path: string) => existsSync(join(root, path));
  return {
    dockerfiles: named(dockerfileName),
    composeFiles: named(composeName),
    taskDefinitions: named(/\.json$/).filter((path) =>
      readFileSync(join(root, path), 'utf8').includes('"containerDefinitions"'),
    ),
    ci: [
      ...(there('.github') ? (['github'] as const) : []),
      ...(there('.circleci') ? (['circleci'] as const) : []),
      ...(there('buildspec.yml') ? (['codebuild'] as const) : []),
    ],
  };
}

/** Paths from the root, those nearest to it first. */
function filesBelow(root: string, folder: string, depth: number): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const path = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  return [
    ...entries.flatMap((one) => (one.isFile() ? [path(one.name)] : [])),
    ...entries.flatMap((one) =>
      one.isDirectory() && depth > 1 && !skipped.test(one.name)
        ? filesBelow(root, path(one.name), depth - 1)
        : [],
    ),
  ];
}
