import type {
  Cluster,
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  ListClustersRequest,
  ListClustersResponse,
} from '@aws-sdk/client-ecs';
import { AwsFault } from '../../../api/aws-service.ts';
import { handlersOf } from '../../../api/handlers.ts';
import { clusterArn, nameOf } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import { invalid } from '../model/faults.ts';
import { page } from '../model/paging.ts';
import type { ClusterRecord } from '../model/records.ts';
import { countTasks } from '../views/counts.ts';
import { tagList, tagsFrom } from '../views/tags.ts';
import { findCluster, isForeign, isName } from './lookup.ts';
import type { Operation, Operations } from './operations.ts';

/** The cluster of this name, made where there is none. */
export function activeCluster(ecs: EcsContext, name: string, wanted: CreateClusterRequest): ClusterRecord {
  const known = ecs.state.clusters.get(name);
  if (known?.status === 'ACTIVE') return known;
  const cluster: ClusterRecord = {
    name,
    arn: clusterArn(ecs.place, name),
    status: 'ACTIVE',
    settings: wanted.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders: wanted.capacityProviders ?? [],
    defaultCapacityProviderStrategy: wanted.defaultCapacityProviderStrategy ?? [],
    configuration: wanted.configuration,
    tags: tagsFrom(wanted.tags),
  };
  ecs.state.clusters.set(name, cluster);
  ecs.changed();
  return cluster;
}

function view({ ecs }: Operations, cluster: ClusterRecord, include: readonly string[] = []): Cluster {
  const tasks = [...ecs.state.tasks.values()].filter((task) => task.cluster === cluster.name);
  const counts = countTasks(tasks);
  const services = [...ecs.state.services.values()].filter(
    (service) => service.cluster === cluster.name && service.status !== 'INACTIVE',
  );
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    activeServicesCount: services.length,
    statistics: [],
    tags: include.includes('TAGS') ? tagList(cluster.tags) : [],
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    ...(include.includes('CONFIGURATIONS') && cluster.configuration !== undefined
      ? { configuration: cluster.configuration }
      : {}),
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
  };
}

const CreateCluster: Operation<CreateClusterRequest, CreateClusterResponse> = (operations, input) => {
  const { ecs } = operations;
  const name = input.clusterName ?? 'default';
  if (!isName(name)) throw invalid('Cluster name contains invalid characters.');
  return { cluster: view(operations, activeCluster(ecs, name, input), ['TAGS', 'SETTINGS']) };
};

const DescribeClusters: Operation<DescribeClustersRequest, DescribeClustersResponse> = (
  operations,
  input,
) => {
  const { ecs } = operations;
  const references = input.clusters ?? ['default'];
  if (references.length > 100) throw invalid('Cluster names can have at most 100 items.');
  const clusters: Cluster[] = [];
  const failures = [];
  for (const reference of references) {
    const known = isForeign(ecs, reference) ? undefined : ecs.state.clusters.get(nameOf(reference));
    if (known !== undefined) clusters.push(view(operations, known, input.include));
    else failures.push({ arn: clusterArn(ecs.place, nameOf(reference)), reason: 'MISSING' });
  }
  return { clusters, failures };
};

const ListClusters: Operation<ListClustersRequest, ListClustersResponse> = ({ ecs }, input) => {
  const active = [...ecs.state.clusters.values()].filter((cluster) => cluster.status === 'ACTIVE');
  const { items, ...rest } = page(active, input, { default: 100, most: 100 });
  return { clusterArns: items.map((cluster) => cluster.arn), ...rest };
};

const DeleteCluster: Operation<DeleteClusterRequest, DeleteClusterResponse> = (operations, input) => {
  const { ecs } = operations;
  const cluster = findCluster(ecs, input.cluster);
  const current = view(operations, cluster);
  if ((current.activeServicesCount ?? 0) > 0) {
    throw new AwsFault(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  }
  if ((current.runningTasksCount ?? 0) + (current.pendingTasksCount ?? 0) > 0) {
    throw new AwsFault(
      'ClusterContainsTasksException',
      'The Cluster cannot be deleted while Tasks are active.',
    );
  }
  cluster.status = 'INACTIVE';
  ecs.changed();
  return { cluster: view(operations, cluster) };
};

export const clusterOperations = (operations: Operations) =>
  handlersOf(operations, {
    CreateCluster,
    DescribeClusters,
    ListClusters,
    DeleteCluster,
  });
