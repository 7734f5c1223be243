import { type Authorization, AwsFault, type AwsService } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { parseExpression } from './expression.ts';
import { type Group, keyOf, type Schedule, type SchedulerParts, Schedules } from './schedules.ts';

type Operation = OperationOf<Schedules>;

const invalid = (message: string) => new AwsFault('ValidationException', message);
const notFound = (what: string) =>
  new AwsFault('ResourceNotFoundException', `${what} does not exist.`, { status: 404 });
const conflict = (message: string) => new AwsFault('ConflictException', message, { status: 409 });

/** How long AWS takes to delete a group with its schedules. */
const deletion = 5000;

const arnOf = ({ partition, region, accountId }: SchedulerParts, kind: string, name: string) =>
  `arn:${partition}:scheduler:${region}:${accountId}:${kind}/${name}`;

// biome-ignore lint/suspicious/noExplicitAny: see Handler
const keyIn = (input: any) => keyOf({ group: input.GroupName ?? 'default', name: input.Name });

function groupNamed({ groups }: Schedules, name: string): Group {
  const group = groups.get(name);
  if (!group) throw notFound(`Schedule group ${name}`);
  return group;
}

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function find({ byKey }: Schedules, input: any): Schedule {
  const schedule = byKey.get(keyIn(input));
  if (!schedule) throw notFound(`Schedule ${input.Name}`);
  return schedule;
}

/** What a create or an update makes of a request: an update replaces everything, so an absent member is a default. */
// biome-ignore lint/suspicious/noExplicitAny: see Handler
function scheduleOf(schedules: Schedules, input: any, created?: number): Schedule {
  const now = schedules.parts.clock.now();
  const zone = input.ScheduleExpressionTimezone ?? 'UTC';
  const window = input.FlexibleTimeWindow;
  if (!parseExpression(input.ScheduleExpression))
    throw invalid(`Invalid Schedule Expression ${input.ScheduleExpression}.`);
  if (!isZone(zone)) throw invalid(`Provided ScheduleExpressionTimezone ${zone} is invalid.`);
  if ((window.Mode === 'FLEXIBLE') !== (window.MaximumWindowInMinutes !== undefined))
    throw invalid('MaximumWindowInMinutes is for a FlexibleTimeWindow of mode FLEXIBLE.');
  const { Target: target } = input;
  if (target.EcsParameters && !/^arn:[^:]+:ecs:[^:]+:\d+:cluster\/.+$/.test(target.Arn))
    throw invalid(`Provided Arn is not in correct format: ${target.Arn}`);
  if (target.Input !== undefined && !isJson(target.Input)) throw invalid('The Input is not valid JSON.');
  return {
    group: input.GroupName ?? 'default',
    name: input.Name,
    expression: input.ScheduleExpression,
    zone,
    start: milliseconds(input.StartDate),
    end: milliseconds(input.EndDate),
    description: input.Description,
    state: input.State ?? 'ENABLED',
    keyArn: input.KmsKeyArn,
    target: {
      ...target,
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185, ...target.RetryPolicy },
      ...(target.EcsParameters && {
        EcsParameters: { TaskCount: 1, ...target.EcsParameters },
      }),
    },
    window,
    afterCompletion: input.ActionAfterCompletion ?? 'NONE',
    created: created ?? now,
    modified: now,
  };
}

const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
const isZone = (zone: string) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};
const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const CreateSchedule: Operation = (schedules, input) => {
  const group = groupNamed(schedules, input.GroupName ?? 'default');
  if (group.state === 'DELETING') throw conflict(`Schedule group ${group.name} is being deleted.`);
  if (schedules.byKey.has(keyIn(input))) throw conflict(`Schedule ${input.Name} already exists.`);
  const schedule = scheduleOf(schedules, input);
  schedules.set(schedule);
  return { ScheduleArn: arnOf(schedules.parts, 'schedule', keyOf(schedule)) };
};

const UpdateSchedule: Operation = (schedules, input) => {
  const schedule = scheduleOf(schedules, input, find(schedules, input).created);
  schedules.set(schedule);
  return { ScheduleArn: arnOf(schedules.parts, 'schedule', keyOf(schedule)) };
};

const GetSchedule: Operation = (schedules, input) => shown(schedules, find(schedules, input));

const DeleteSchedule: Operation = (schedules, input) => {
  schedules.delete(keyOf(find(schedules, input)));
  return {};
};

const ListSchedules: Operation = (schedules, input) => {
  if (input.GroupName !== undefined) groupNamed(schedules, input.GroupName);
  const all = [...schedules.byKey.values()]
    .filter(
      ({ group, name, state }) =>
        (input.GroupName ?? group) === group &&
        name.startsWith(input.NamePrefix ?? '') &&
        (input.State ?? state) === state,
    )
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const found = page(all, keyOf, {
    limit: input.MaxResults ?? 100,
    token: input.NextToken,
    invalid: () => invalid('Invalid NextToken.'),
  });
  return {
    Schedules: found.items.map((schedule) => {
      const { Arn, GroupName, Name, State, CreationDate, LastModificationDate, Target } = shown(
        schedules,
        schedule,
      );
      return { Arn, GroupName, Name, State, CreationDate, LastModificationDate, Target: { Arn: Target.Arn } };
    }),
    NextToken: found.nextToken,
  };
};

const CreateScheduleGroup: Operation = (schedules, input) => {
  const { groups, parts } = schedules;
  if (groups.has(input.Name)) throw conflict(`Schedule group ${input.Name} already exists.`);
  const now = parts.clock.now();
  groups.set(input.Name, {
    name: input.Name,
    created: now,
    modified: now,
    state: 'ACTIVE',
    tags: tagsIn(input.Tags),
  });
  parts.changed();
  return { ScheduleGroupArn: arnOf(parts, 'schedule-group', input.Name) };
};

const GetScheduleGroup: Operation = (schedules, input) =>
  groupShown(schedules, groupNamed(schedules, input.Name ?? 'default'));

const ListScheduleGroups: Operation = (schedules, input) => {
  const all = [...schedules.groups.values()]
    .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const found = page(all, ({ name }) => name, {
    limit: input.MaxResults ?? 100,
    token: input.NextToken,
    invalid: () => invalid('Invalid NextToken.'),
  });
  return {
    ScheduleGroups: found.items.map((group) => groupShown(schedules, group)),
    NextToken: found.nextToken,
  };
};

/** The group is gone a little later, and its schedules with it. */
const DeleteScheduleGroup: Operation = (schedules, input) => {
  const group = groupNamed(schedules, input.Name);
  if (group.name === 'default') throw invalid('The default schedule group cannot be deleted.');
  if (group.state === 'DELETING') throw conflict(`Schedule group ${group.name} is being deleted.`);
  group.state = 'DELETING';
  endGroup(schedules, group);
  schedules.parts.changed();
  return {};
};

function endGroup(schedules: Schedules, group: Group): void {
  schedules.parts.clock.after(deletion, () => {
    for (const schedule of [...schedules.byKey.values()])
      if (schedule.group === group.name) schedules.delete(keyOf(schedule));
    schedules.groups.delete(group.name);
    schedules.parts.changed();
  });
}

const taggedGroup = (schedules: Schedules, arn: string): Group =>
  groupNamed(schedules, /:schedule-group\/([^/]+)$/.exec(arn)?.[1] ?? arn);

const TagResource: Operation = (schedules, input) => {
  const group = taggedGroup(schedules, input.ResourceArn);
  group.tags = { ...group.tags, ...tagsIn(input.Tags) };
  schedules.parts.changed();
  return {};
};

const UntagResource: Operation = (schedules, input) => {
  const group = taggedGroup(schedules, input.ResourceArn);
  group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !input.TagKeys.includes(key)));
  schedules.parts.changed();
  return {};
};

const ListTagsForResource: Operation = (schedules, input) => ({
  Tags: Object.entries(taggedGroup(schedules, input.ResourceArn).tags).map(([Key, Value]) => ({
    Key,
    Value,
  })),
});

const tagsIn = (tags: readonly { Key: string; Value: string }[] = []) =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

const shown = ({ parts }: Schedules, schedule: Schedule) => ({
  Arn: arnOf(parts, 'schedule', keyOf(schedule)),
  GroupName: schedule.group,
  Name: schedule.name,
  ScheduleExpression: schedule.expression,
  ScheduleExpressionTimezone: schedule.zone,
  StartDate: dateOf(schedule.start),
  EndDate: dateOf(schedule.end),
  Description: schedule.description,
  State: schedule.state,
  KmsKeyArn: schedule.keyArn,
  Target: schedule.target,
  FlexibleTimeWindow: schedule.window,
  ActionAfterCompletion: schedule.afterCompletion,
  CreationDate: new Date(schedule.created),
  LastModificationDate: new Date(schedule.modified),
});

const dateOf = (time: number | undefined) => (time === undefined ? undefined : new Date(time));

const groupShown = ({ parts }: Schedules, { name, state, created, modified }: Group) => ({
  Arn: arnOf(parts, 'schedule-group', name),
  Name: name,
  State: state,
  CreationDate: new Date(created),
  LastModificationDate: new Date(modified),
});

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html */
// biome-ignore lint/suspicious/noExplicitAny: see Handler
function authorize(parts: SchedulerParts, operation: string, input: any): Authorization {
  if (operation === 'ListSchedules' || operation === 'ListScheduleGroups') return { resources: ['*'] };
  if (input.ResourceArn !== undefined) return { resources: [input.ResourceArn] };
  if (operation.endsWith('ScheduleGroup')) {
    const resource = arnOf(parts, 'schedule-group', input.Name);
    // The schedules of the group go with it.
    if (operation === 'DeleteScheduleGroup')
      return {
        resources: [resource],
        also: [{ action: 'scheduler:DeleteSchedule', resource: arnOf(parts, 'schedule', `${input.Name}/*`) }],
      };
    const also = (input.Tags?.length ?? 0) > 0 ? [{ action: 'scheduler:TagResource', resource }] : [];
    return { resources: [resource], also };
  }
  const role = input.Target?.RoleArn;
  return {
    resources: [arnOf(parts, 'schedule', keyIn(input))],
    also:
      role === undefined
        ? []
        : [
            {
              action: 'iam:PassRole',
              resource: role,
              conditions: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
            },
          ],
  };
}

interface Saved {
  readonly groups: readonly Group[];
  readonly schedules: readonly Schedule[];
}

/** EventBridge Scheduler: schedules that start tasks of ECS when they are due. Flexible windows are not waited for. */
export function createScheduler(parts: SchedulerParts): AwsService {
  const schedules = new Schedules(parts);
  const { groups, byKey } = schedules;
  return {
    handlers: handlersOf(schedules, {
      CreateSchedule,
      UpdateSchedule,
      GetSchedule,
      DeleteSchedule,
      ListSchedules,
      CreateScheduleGroup,
      GetScheduleGroup,
      ListScheduleGroups,
      DeleteScheduleGroup,
      TagResource,
      UntagResource,
      ListTagsForResource,
    }),
    authorize: (operation, input) => authorize(parts, operation, input),
    tagsOf: (arn) => groups.get(/:schedule(?:-group)?\/([^/]+)/.exec(arn)?.[1] ?? '')?.tags,
    save: (): Saved => ({ groups: [...groups.values()], schedules: [...byKey.values()] }),
    restore(state) {
      const saved = structuredClone(state) as Saved;
      for (const group of saved.groups) {
        groups.set(group.name, group);
        if (group.state === 'DELETING') endGroup(schedules, group);
      }
      for (const schedule of saved.schedules) {
        byKey.set(keyOf(schedule), schedule);
        schedules.arm(schedule);
      }
    },
    admin(method, path) {
      if (method === 'GET' && path.join('/') === 'failed-invocations') return schedules.failed;
      throw new AwsFault('NotFound', 'GET /_sandbox/scheduler/failed-invocations is all there is.', {
        status: 404,
      });
    },
  };
}
