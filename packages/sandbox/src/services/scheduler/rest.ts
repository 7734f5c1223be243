import { AwsFault } from '../../api/aws-service.ts';
import type { RestAnswer, RestCall, RestRequest } from '../../protocol/api.ts';
import { readJson, writeJson } from '../../protocol/http/json-protocol.ts';

/** The operations of a path, by method. */
const routes: readonly {
  readonly path: RegExp;
  /** The member that the path ends with. */
  readonly member?: string;
  readonly operations: Readonly<Record<string, string>>;
}[] = [
  { path: /^\/schedules$/, operations: { GET: 'ListSchedules' } },
  {
    path: /^\/schedules\/([^/]+)$/,
    member: 'Name',
    operations: {
      POST: 'CreateSchedule',
      GET: 'GetSchedule',
      PUT: 'UpdateSchedule',
      DELETE: 'DeleteSchedule',
    },
  },
  { path: /^\/schedule-groups$/, operations: { GET: 'ListScheduleGroups' } },
  {
    path: /^\/schedule-groups\/([^/]+)$/,
    member: 'Name',
    operations: { POST: 'CreateScheduleGroup', GET: 'GetScheduleGroup', DELETE: 'DeleteScheduleGroup' },
  },
  {
    path: /^\/tags\/(.+)$/,
    member: 'ResourceArn',
    operations: { GET: 'ListTagsForResource', POST: 'TagResource', DELETE: 'UntagResource' },
  },
];

/** The members that a query carries, by their names there. */
const queryMembers: Readonly<Record<string, string>> = {
  groupName: 'GroupName',
  clientToken: 'ClientToken',
  NamePrefix: 'NamePrefix',
  NextToken: 'NextToken',
  State: 'State',
  ScheduleGroup: 'GroupName',
};

/** REST with JSON: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html @throws AwsFault */
export function readSchedulerRequest({ method, url, body }: RestRequest): RestCall {
  const [path = '/', search = ''] = url.split('?', 2) as [string, string?];
  for (const route of routes) {
    const found = route.path.exec(path);
    const operation = found ? route.operations[method] : undefined;
    if (!found || operation === undefined) continue;
    const given = body && body.length > 0 ? (readJson(body) as object) : {};
    const named = route.member === undefined ? {} : { [route.member]: decodeURIComponent(found[1] ?? '') };
    return { operation, input: { ...given, ...fromQuery(new URLSearchParams(search)), ...named } };
  }
  throw new AwsFault('UnknownOperationException', `The sandbox has no ${method} ${path} of the API.`, {
    status: 404,
  });
}

function fromQuery(query: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of query)
    if (name === 'MaxResults') input.MaxResults = Number(value);
    else if (name !== 'TagKeys') input[queryMembers[name] ?? name] = value;
  return query.has('TagKeys') ? { ...input, TagKeys: query.getAll('TagKeys') } : input;
}

export const writeSchedulerAnswer = (_operation: string, answer: unknown): RestAnswer => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: writeJson(answer),
});

export const writeSchedulerError = ({ code, message, status, members }: AwsFault): RestAnswer => ({
  status,
  headers: { 'Content-Type': 'application/json', 'X-Amzn-ErrorType': code },
  body: writeJson({ Message: message, ...members }),
});
