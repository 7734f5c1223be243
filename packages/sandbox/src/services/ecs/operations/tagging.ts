import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@aws-sdk/client-ecs';
import { AwsFault } from '../../../api/aws-service.ts';
import { handlersOf } from '../../../api/handlers.ts';
import { nameOf } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import { invalid } from '../model/faults.ts';
import type { Tags } from '../model/records.ts';
import { tagList, tagsFrom } from '../views/tags.ts';
import type { Operation, Operations } from './operations.ts';

const kindOf = (arn: string) => /^arn:[^:]+:ecs:[^:]+:\d+:([a-z-]+)\//.exec(arn)?.[1] ?? '';

const taggable: Readonly<
  Record<string, (state: EcsContext['state'], arn: string) => { tags: Tags } | undefined>
> = {
  cluster: ({ clusters }, arn) => clusters.get(nameOf(arn)),
  service: ({ services }, arn) => services.get(arn),
  task: ({ tasks }, arn) => tasks.get(nameOf(arn)),
  'task-definition': ({ taskDefinitions }, arn) => taskDefinitions.get(arn),
  'task-set': ({ services }, arn) =>
    [...services.values()].flatMap((service) => service.taskSets).find((set) => set.arn === arn),
};

/** What has this ARN and may have tags. */
export const tagged = (state: EcsContext['state'], arn: string): { tags: Tags } | undefined =>
  taggable[kindOf(arn)]?.(state, arn);

function find({ ecs }: Operations, arn = ''): { tags: Tags } {
  if (!(kindOf(arn) in taggable)) throw invalid('Long arn format must be used for tagging operations');
  const found = tagged(ecs.state, arn);
  if (found === undefined) {
    throw new AwsFault('ResourceNotFoundException', 'The specified resource was not found.');
  }
  return found;
}

const TagResource: Operation<TagResourceRequest, TagResourceResponse> = (operations, input) => {
  const { ecs } = operations;
  const target = find(operations, input.resourceArn);
  target.tags = tagsFrom(input.tags, target.tags);
  ecs.changed();
  return {};
};

const UntagResource: Operation<UntagResourceRequest, UntagResourceResponse> = (operations, input) => {
  const { ecs } = operations;
  const target = find(operations, input.resourceArn);
  const gone = new Set(input.tagKeys);
  target.tags = Object.fromEntries(Object.entries(target.tags).filter(([key]) => !gone.has(key)));
  ecs.changed();
  return {};
};

const ListTagsForResource: Operation<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  operations,
  input,
) => ({
  tags: tagList(find(operations, input.resourceArn).tags),
});

export const taggingOperations = (operations: Operations) =>
  handlersOf(operations, {
    TagResource,
    UntagResource,
    ListTagsForResource,
  });
