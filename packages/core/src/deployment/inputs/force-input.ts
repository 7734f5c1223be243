import { boolean } from '../../inputs/kinds.ts';

export const forceNewDeployment = boolean({
  default: 'false',
  description:
    'Start a deployment even when nothing has changed. Meanwhile, the service carries the tag `landfall:forcing`, so that a run that is killed and run again resumes the deployment it forced.',
});
