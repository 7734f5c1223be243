import { boolean } from '../../inputs/kinds.ts';

export const forceNewDeployment = boolean({
  default: 'false',
  description:
    'Start a deployment even when nothing has changed. While it runs, the service carries the tag `landfall:forcing`: a run that is killed and run again goes on with the deployment that it forced.',
});
