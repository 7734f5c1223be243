import type { ServiceRecord } from '../../model/records.ts';

/** What a service has none of when it is made. */
export const noHistory = (): Pick<
  ServiceRecord,
  'deployments' | 'serviceDeployments' | 'revisions' | 'events' | 'steady' | 'taskSets' | 'goneTaskSets'
> => ({
  deployments: [],
  serviceDeployments: [],
  revisions: [],
  events: [],
  steady: false,
  taskSets: [],
  goneTaskSets: [],
});
