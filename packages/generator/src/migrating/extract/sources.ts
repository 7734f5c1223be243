import type { Facts } from '../facts.ts';
import { actionParts } from './action.ts';
import { clickParts } from './click.ts';
import { cobraParts } from './cobra.ts';
import { kongParts } from './kong.ts';
import { orbParts } from './orb.ts';
import type { Source } from './source.ts';
import { usageParts } from './usage.ts';

interface Peer {
  readonly repository: string;
  /** A tag, or the commit where the version has none. */
  readonly ref: string;
  readonly version: string;
  parts(source: Source): Facts['parts'];
}

/** Each peer by the name of its page. */
export const peers: Readonly<Record<string, Peer>> = {
  'amazon-ecs-deploy-task-definition': {
    repository: 'aws-actions/amazon-ecs-deploy-task-definition',
    ref: 'v2.6.3',
    version: '2.6.3',
    parts: actionParts,
  },
  'amazon-ecs-render-task-definition': {
    repository: 'aws-actions/amazon-ecs-render-task-definition',
    ref: 'v1.9.0',
    version: '1.9.0',
    parts: actionParts,
  },
  'amazon-ecr-login': {
    repository: 'aws-actions/amazon-ecr-login',
    ref: 'v2.1.7',
    version: '2.1.7',
    // The name of an output holds the host, so that its `action.yml` cannot declare it: its README does.
    parts: (source) =>
      Object.fromEntries(
        Object.entries(actionParts(source)).map(([name, { inputs, outputs }]) => [
          name,
          { inputs, outputs: [...outputs, 'docker_username_<registry>', 'docker_password_<registry>'] },
        ]),
      ),
  },
  'amazon-ecs-deploy-express-service': {
    repository: 'aws-actions/amazon-ecs-deploy-express-service',
    ref: 'v1.2.2',
    version: '1.2.2',
    parts: actionParts,
  },
  'docker-metadata-action': {
    repository: 'docker/metadata-action',
    ref: 'v6.2.0',
    version: '6.2.0',
    parts: actionParts,
  },
  'docker-build-push-action': {
    repository: 'docker/build-push-action',
    ref: 'v7.3.0',
    version: '7.3.0',
    parts: actionParts,
  },
  'aws-ecr-orb': {
    repository: 'CircleCI-Public/aws-ecr-orb',
    ref: 'v9.8.1',
    version: '9.8.1',
    parts: orbParts,
  },
  'aws-ecs-orb': {
    repository: 'CircleCI-Public/aws-ecs-orb',
    ref: 'v8.0.0',
    version: '8.0.0',
    parts: orbParts,
  },
  ecspresso: {
    repository: 'kayac/ecspresso',
    ref: 'a4e6e32041a15e7c0e4b2d383c14f010879e0804',
    version: '2.3.2-nightly',
    parts: kongParts,
  },
  copilot: {
    repository: 'aws/copilot-cli',
    ref: 'v1.33.2',
    version: '1.33.2',
    parts: cobraParts,
  },
  'ecs-deploy': {
    repository: 'fabfuel/ecs-deploy',
    ref: '1.15.2',
    version: '1.15.2',
    parts: clickParts,
  },
  'sil-org-ecs-deploy': {
    repository: 'sil-org/ecs-deploy',
    ref: '3.10.27',
    version: '3.10.27',
    parts: usageParts,
  },
};
