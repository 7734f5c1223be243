/** Every policy of the repository that a user puts into an account, and what is wrong with them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DependentActions, policyProblems, type Statement } from './policy-problems.ts';
import { templatePolicies } from './template-policies.ts';

/** What the reference says and is not followed, each with its reason. */
const exceptions: Readonly<Record<string, string>> = Object.fromEntries([
  ...['deregister-task-definitions', 'pipeline'].flatMap((name) =>
    ['ecs:ListServices', 'ecs:ListTasks'].map((action) => [
      `docs/iam/${name}.json: ${action}: is allowed on * in every cluster; add a condition on ecs:cluster`,
      'A revision may be in use in any cluster of the account, so all of them are searched.',
    ]),
  ),
  ...['deploy-manifest', 'deploy-service', 'pipeline', 'rollback-service', 'scale-service'].map((name) => [
    `docs/iam/${name}.json: application-autoscaling:RegisterScalableTarget: needs application-autoscaling:TagResource as well, which nothing allows`,
    'AWS asks for it only where a target is registered with tags; scaling is suspended and resumed without.',
  ]),
]);

/** By where it stands: `docs/iam/run-task.json`, `buildspec/codepipeline/pipeline.yml: DeployRole`. */
export async function documents(root: string): Promise<ReadonlyMap<string, readonly Statement[]>> {
  const found = new Map<string, readonly Statement[]>();
  for (const file of await filesIn(root, 'docs/iam')) {
    const { Statement } = JSON.parse(await readFile(join(root, file), 'utf8'));
    found.set(file, Statement);
  }
  for (const file of await filesIn(root, 'buildspec/codepipeline'))
    for (const { role, statements } of templatePolicies(await readFile(join(root, file), 'utf8')))
      found.set(`${file}: ${role}`, statements);
  return found;
}

/** One line per problem, and one per exception that no policy needs. */
export async function documentProblems(
  root: string,
  dependentActions: DependentActions,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const unused = new Set(Object.keys(exceptions));
  for (const [place, statements] of await documents(root))
    for (const problem of await policyProblems(statements, dependentActions)) {
      const line = `${place}: ${problem}`;
      if (!unused.delete(line) && !(line in exceptions)) problems.push(line);
    }
  return [...problems, ...[...unused].map((line) => `no longer needed as an exception: ${line}`)];
}

const filesIn = async (root: string, folder: string) =>
  (await readdir(join(root, folder))).sort().map((name) => `${folder}/${name}`);
