import type {
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import { handlersOf } from '../../../api/handlers.ts';
import { taskDefinitionArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import { client, invalid } from '../model/faults.ts';
import { page } from '../model/paging.ts';
import type { TaskDefinitionRecord } from '../model/records.ts';
import type { Family } from '../model/state.ts';
import { checkTaskDefinition } from '../task-definition/check-task-definition.ts';
import { tagList, tagsFrom } from '../views/tags.ts';
import { taskDefinitionView } from '../views/task-definition.ts';
import { lookTaskDefinition } from './lookup.ts';
import type { Operation, Operations } from './operations.ts';

/** A new revision of its family. */
export function recordTaskDefinition(
  ecs: EcsContext,
  request: RegisterTaskDefinitionRequest,
  registeredBy: string,
): TaskDefinitionRecord {
  const { state } = ecs;
  const content = checkTaskDefinition(request);
  const tags = tagsFrom(request.tags);
  const name = content.family!;
  const family: Family = state.families.get(name) ?? { last: 0, revisions: new Map() };
  state.families.set(name, family);
  family.last += 1;
  const record: TaskDefinitionRecord = {
    arn: taskDefinitionArn(ecs.place, name, family.last),
    family: name,
    revision: family.last,
    status: 'ACTIVE',
    content,
    tags,
    registeredAt: ecs.clock.now(),
    registeredBy,
  };
  family.revisions.set(record.revision, record);
  state.taskDefinitions.set(record.arn, record);
  ecs.changed();
  return record;
}

const RegisterTaskDefinition: Operation<RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse> = (
  { ecs },
  input,
  context,
) => {
  const record = recordTaskDefinition(ecs, input, context.caller.arn);
  return {
    taskDefinition: taskDefinitionView(record),
    ...(input.tags === undefined ? {} : { tags: tagList(record.tags) }),
  };
};

const DescribeTaskDefinition: Operation<DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse> = (
  { ecs },
  input,
) => {
  if (typeof input.taskDefinition !== 'string' || input.taskDefinition === '') {
    throw client('TaskDefinition cannot be null or blank.');
  }
  const record = lookTaskDefinition(ecs, input.taskDefinition);
  if (record === undefined) throw client('Unable to describe task definition.');
  return {
    taskDefinition: taskDefinitionView(record),
    ...(input.include?.includes('TAGS') ? { tags: tagList(record.tags) } : {}),
  };
};

const ListTaskDefinitions: Operation<ListTaskDefinitionsRequest, ListTaskDefinitionsResponse> = (
  { ecs },
  input,
) => {
  const status = input.status ?? 'ACTIVE';
  const matching = [...ecs.state.families]
    .filter(([name]) => input.familyPrefix === undefined || name === input.familyPrefix)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, family]) => [...family.revisions.values()])
    .filter((record) => record.status === status);
  if (input.sort === 'DESC') matching.reverse();
  const { items, ...rest } = page(matching, input, { default: 100, most: 100 });
  return { taskDefinitionArns: items.map((record) => record.arn), ...rest };
};

const ListTaskDefinitionFamilies: Operation<
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse
> = ({ ecs }, input) => {
  const status = input.status ?? 'ACTIVE';
  const names = [...ecs.state.families]
    .filter(([name]) => name.startsWith(input.familyPrefix ?? ''))
    .filter(([, family]) => {
      const active = [...family.revisions.values()].some((record) => record.status === 'ACTIVE');
      return status === 'ALL' || (status === 'ACTIVE') === active;
    })
    .map(([name]) => name)
    .sort();
  const { items, ...rest } = page(names, input, { default: 100, most: 100 });
  return { families: [...items], ...rest };
};

const DeregisterTaskDefinition: Operation<
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse
> = ({ ecs }, input) => {
  const reference = input.taskDefinition ?? '';
  if (!/:\d+$/.test(reference)) throw client('Family and revision number should not be null or blank.');
  const record = lookTaskDefinition(ecs, reference);
  if (record === undefined) throw client('The specified task definition does not exist.');
  if (record.status !== 'ACTIVE') throw client('The specified task definition is inactive.');
  record.status = 'INACTIVE';
  record.deregisteredAt = ecs.clock.now();
  ecs.changed();
  return { taskDefinition: taskDefinitionView(record) };
};

const DeleteTaskDefinitions: Operation<DeleteTaskDefinitionsRequest, DeleteTaskDefinitionsResponse> = (
  { ecs },
  input,
) => {
  const references = input.taskDefinitions ?? [];
  if (references.length === 0) throw invalid('TaskDefinitions cannot be empty.');
  if (references.length > 10) throw invalid('TaskDefinitions can have at most 10 items.');
  const taskDefinitions = [];
  const failures = [];
  for (const reference of references) {
    const record = lookTaskDefinition(ecs, reference);
    if (record === undefined) {
      failures.push({ arn: reference, reason: 'MISSING' });
    } else if (record.status === 'ACTIVE') {
      failures.push({
        arn: record.arn,
        reason: 'TASK_DEFINITION_IS_ACTIVE',
        detail:
          'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
      });
    } else {
      record.status = 'DELETE_IN_PROGRESS';
      taskDefinitions.push(taskDefinitionView(record));
    }
  }
  ecs.changed();
  return { taskDefinitions, failures };
};

export const taskDefinitionOperations = (operations: Operations) =>
  handlersOf(operations, {
    RegisterTaskDefinition,
    DescribeTaskDefinition,
    ListTaskDefinitions,
    ListTaskDefinitionFamilies,
    DeregisterTaskDefinition,
    DeleteTaskDefinitions,
  });
