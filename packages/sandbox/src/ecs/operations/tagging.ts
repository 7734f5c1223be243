import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@aws-sdk/client-ecs';
import { AwsFault } from '../../protocol/aws-service.ts';
import { invalid } from '../faults.ts';
import { nameOf } from '../model/place.ts';
import type { Tags } from '../model/records.ts';
import { tagList, tagsFrom } from '../views/tags.ts';
import type { Operation, Operations } from './operations.ts';

export function taggingOperations({ world }: Operations) {
  const { state } = world;

  const find = (arn: string | undefined): { tags: Tags } => {
    const kind = /^arn:[^:]+:ecs:[^:]+:\d+:([a-z-]+)\//.exec(arn ?? '')?.[1];
    const found = ((): { tags: Tags } | undefined => {
      switch (kind) {
        case 'cluster':
          return state.clusters.get(nameOf(arn!));
        case 'service':
          return state.services.get(arn!);
        case 'task':
          return state.tasks.get(nameOf(arn!));
        case 'task-definition':
          return state.taskDefinitions.get(arn!);
        case 'task-set':
          return [...state.services.values()]
            .flatMap((service) => service.taskSets)
            .find((set) => set.arn === arn);
        default:
          throw invalid('Long arn format must be used for tagging operations');
      }
    })();
    if (found === undefined) {
      throw new AwsFault('ResourceNotFoundException', 'The specified resource was not found.');
    }
    return found;
  };

  const TagResource: Operation<TagResourceRequest, TagResourceResponse> = (input) => {
    const target = find(input.resourceArn);
    target.tags = tagsFrom(input.tags, target.tags);
    world.changed();
    return {};
  };

  const UntagResource: Operation<UntagResourceRequest, UntagResourceResponse> = (input) => {
    const target = find(input.resourceArn);
    const gone = new Set(input.tagKeys);
    target.tags = Object.fromEntries(Object.entries(target.tags).filter(([key]) => !gone.has(key)));
    world.changed();
    return {};
  };

  const ListTagsForResource: Operation<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
    input,
  ) => ({
    tags: tagList(find(input.resourceArn).tags),
  });

  return { TagResource, UntagResource, ListTagsForResource };
}
