import type { Calls } from '../ask.ts';

export const clusterCalls: Calls = async (ask) => {
  await ask('a new one, with tags', 'CreateCluster', {
    clusterName: 'main',
    tags: [{ key: 'team', value: 'web' }],
  });
  await ask('one that is there already', 'CreateCluster', { clusterName: 'main' });
  await ask('an empty one', 'CreateCluster', { clusterName: 'empty' });
  await ask('with all that can be included', 'DescribeClusters', {
    clusters: ['main'],
    include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS', 'STATISTICS'],
  });
  await ask('one that is missing', 'DescribeClusters', { clusters: ['gone'] });
  await ask('all', 'ListClusters', {});
  await ask('an empty one', 'DeleteCluster', { cluster: 'empty' });
  await ask('one that is missing', 'DeleteCluster', { cluster: 'gone' });
};
