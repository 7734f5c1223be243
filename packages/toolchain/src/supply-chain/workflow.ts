import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml';

/**
 * Our own rules for a workflow, besides those of actionlint and zizmor: so that the tests know them on a
 * machine that has neither. A line per problem.
 */
export function workflowProblems(text: string): readonly string[] {
  const document = parseDocument(text);
  const workflow = document.contents;
  if (!isMap(workflow)) return ['is not a workflow'];
  const problems: string[] = [];
  if (text.includes('pull_request_target'))
    problems.push('runs on pull_request_target, with secrets next to untrusted code');
  const top = workflow.get('permissions', true);
  if (!isMap(top) || top.items.length > 0) problems.push('does not start from `permissions: {}`');
  const jobs = workflow.get('jobs');
  if (!isMap(jobs)) return [...problems, 'has no jobs'];
  for (const { key, value } of jobs.items) {
    if (isMap(value)) problems.push(...jobProblems(String(key), value));
  }
  return problems;
}

function jobProblems(name: string, job: YAMLMap): readonly string[] {
  const problems: string[] = [];
  const permissions = job.get('permissions', true);
  if (isScalar(permissions))
    problems.push(`${name}: permissions are ${String(permissions.value)}, not a list of grants`);
  if (isMap(permissions)) {
    for (const { key, value } of permissions.items) {
      if (!(value as Node).comment) problems.push(`${name}: the grant ${String(key)} has no reason`);
    }
  }
  if (!job.has('timeout-minutes')) problems.push(`${name}: has no timeout-minutes`);
  const steps = job.get('steps');
  if (!isSeq(steps)) return problems;
  for (const step of steps.items) {
    if (isAlias(step) || !isMap(step)) continue;
    const uses = step.get('uses', true);
    if (!isScalar(uses)) continue;
    const action = String(uses.value);
    if (action.startsWith('./')) continue;
    if (!/@[0-9a-f]{40}$/.test(action)) problems.push(`${name}: ${action} is not pinned to a commit`);
    else if (!/^ v\d+\.\d+\.\d+/.test(uses.comment ?? ''))
      problems.push(`${name}: ${action} does not say its version`);
    if (action.startsWith('actions/checkout@')) {
      const kept = (step.get('with') as YAMLMap | undefined)?.get('persist-credentials');
      if (kept !== false) problems.push(`${name}: checkout leaves the token behind (persist-credentials)`);
    }
  }
  return problems;
}
