import { allowedAccountIds, clusterInput, regionInput } from '../../inputs/common.ts';
import { boolean, choice, integer } from '../../inputs/kinds.ts';
import { deploymentOutputs } from '../report/publish-outcomes.ts';
import { codeDeployInputs, codeDeployOutputs } from './codedeploy-inputs.ts';
import { whatInputs } from './deploy-request.ts';
import { outsideOutputs } from './outside-change-inputs.ts';
import { rollbackOn } from './rollback-on-input.ts';
import { settingInputs } from './service-settings-inputs.ts';
import { followInputs } from './wait-inputs.ts';

/** The inputs of `deploy-service`. */
export const deployInputs = {
  ...whatInputs,
  'max-parallel': integer(
    { min: 1, max: 1000 },
    { default: '20', description: 'How many services to deploy at once.' },
  ),
  'on-failure': choice(['stop', 'continue', 'rollback'], {
    default: 'stop',
    description:
      'When one of several services fails: `stop` starting more, `continue` with those that do not come after it, or `rollback`: stop starting more and roll back those this run has deployed.',
  }),
  cluster: clusterInput,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  ...settingInputs,
  ...followInputs,
  ...codeDeployInputs,
  'rollback-on': rollbackOn,
  verify: boolean({
    default: 'false',
    description:
      'First check that the deployment can work (image, roles, secrets, log groups, target groups), as `verify-service` does, and change nothing if it cannot.',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Print what would be registered and updated, and exit without changing anything.',
  }),
};

export const deployOutputs = { ...deploymentOutputs, ...codeDeployOutputs, ...outsideOutputs };
