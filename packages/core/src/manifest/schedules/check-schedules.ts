import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { expressionProblem } from '../../schedules/expression.ts';
import { groupOf, isLaunchType, type ScheduleSettings } from '../../schedules/schedule.ts';
import type { scheduleShape } from '../manifest-shape.ts';
import { nodeAt } from '../node.ts';
import type { Part } from '../parts.ts';
import { type Problem, problemAt } from '../problem.ts';
import type { ValueOf } from '../shape/shape.ts';

export type SchedulePart = Part<ValueOf<typeof scheduleShape>>;

/** What a schedule says beyond its task definition. */
export function scheduleSettings({ fields }: SchedulePart): Omit<ScheduleSettings, 'key' | 'cluster'> {
  const { at = '', role = '', overrides, task = {}, state, deadLetter, retry } = fields;
  const { timezone, flexibleWindow, description } = fields;
  return {
    at,
    role,
    timezone,
    flexibleWindow,
    description,
    deadLetter,
    retry,
    overrides,
    task,
    state: state === 'enabled' || state === 'disabled' ? state : 'keep',
  };
}

/** The names and limits of EventBridge Scheduler. */
const limits = { name: 64, expression: 256, description: 512, input: 8192, count: 10 };

/** What is wrong with schedules whose fields are right one by one. */
export function scheduleProblems(
  parts: readonly SchedulePart[],
  manifest: string,
  environment: string,
): readonly Problem[] {
  return parts.flatMap(({ key, fields, node }) => {
    const problems: Problem[] = [];
    const report = (field: string, problem: string, level: Problem['level'] = 'error') =>
      problems.push(problemAt(nodeAt(node, field) ?? node, problem, level));
    const { at, role, timezone, description = '', overrides, task = {}, deadLetter } = fields;
    if (key.length > limits.name) report('', `has a name of more than ${limits.name} characters`);
    const group = groupOf(manifest, environment);
    if (group.length > limits.name)
      report('', `is in the group ${group}, whose name has more than ${limits.name} characters`);
    const wrong = at === undefined ? 'has no "at", which says when it starts' : expressionProblem(at);
    if (wrong) report('at', wrong);
    if ((at ?? '').length > limits.expression) report('at', `has more than ${limits.expression} characters`);
    if (role === undefined)
      report('', 'has no "role": EventBridge Scheduler starts the task by a role that it may assume');
    if (timezone !== undefined && !isTimezone(timezone))
      report('timezone', `is no time zone, such as Asia/Tokyo, got ${JSON.stringify(timezone)}`);
    if (description.length > limits.description)
      report('description', `has more than ${limits.description} characters`);
    if (overrides && JSON.stringify(overrides).length > limits.input)
      report('overrides', `have more than ${limits.input} characters as JSON`);
    const { count = 1, launchType, capacityProviderStrategy, propagateTags } = task;
    if (count < 1 || count > limits.count)
      report('task', `has the count ${count}, but it must be 1 to ${limits.count}`);
    if (launchType !== undefined && capacityProviderStrategy !== undefined)
      report('task', 'has both launchType and capacityProviderStrategy: only one may be set');
    if (launchType !== undefined && !isLaunchType(launchType))
      report('task', `has launchType ${launchType}, which EventBridge Scheduler does not know`);
    if (propagateTags !== undefined && propagateTags !== 'TASK_DEFINITION')
      report('task', `has propagateTags ${propagateTags}, but a schedule takes TASK_DEFINITION only`);
    if (deadLetter === undefined)
      report(
        '',
        'has no "deadLetter": a task that cannot be started is lost silently; name an SQS queue, or write deadLetter: none',
        'warning',
      );
    return problems;
  });
}

/** What the task definition demands of the task, or refuses. */
export function networkProblem(
  { node }: SchedulePart,
  {
    taskDefinition,
    task,
  }: Pick<ScheduleSettings, 'task'> & {
    readonly taskDefinition: RegisterTaskDefinitionRequest;
  },
): readonly Problem[] {
  const { networkMode = 'bridge', family } = taskDefinition;
  if ((networkMode === 'awsvpc') === (task.networkConfiguration !== undefined)) return [];
  const problem =
    networkMode === 'awsvpc'
      ? `needs task: { networkConfiguration: … }: ${family} uses the network mode awsvpc`
      : `has a networkConfiguration, but ${family} uses the network mode ${networkMode}, which takes none`;
  return [problemAt(nodeAt(node, 'task') ?? node, problem)];
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
