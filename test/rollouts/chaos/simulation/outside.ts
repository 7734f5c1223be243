import type { LocalAws } from '@landfall/sandbox/sandbox';
import { pushImage } from '../../scenario/push-image.ts';
import { taskDefinitionOf } from '../../scenario/scenario.ts';
import type { Timeline } from '../timeline/timeline.ts';

type Definition = ReturnType<typeof taskDefinitionOf>;

/** What the versions of a timeline run, and what they take from outside their task definitions. */
export class Versions {
  readonly #sandbox: LocalAws;
  readonly #timeline: Timeline;
  #changes = 0;
  #secret = '';

  constructor(sandbox: LocalAws, timeline: Timeline) {
    this.#sandbox = sandbox;
    this.#timeline = timeline;
  }

  async create(): Promise<void> {
    const { outside } = this.#timeline;
    if (outside === undefined) return;
    await this.#sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    const secret = await this.#sandbox.dispatch('secretsmanager', 'CreateSecret', {
      Name: 'app',
      SecretString: 'first',
    });
    this.#secret = (secret as { ARN: string }).ARN;
    await this.change();
  }

  /** The tag is pushed again, the secret is rotated, the parameter is set. */
  async change(): Promise<void> {
    this.#changes += 1;
    const value = `value ${this.#changes}`;
    switch (this.#timeline.outside) {
      case 'tag':
        await pushImage(this.#sandbox, '2', value);
        break;
      case 'secret':
        await this.#sandbox.dispatch('secretsmanager', 'PutSecretValue', {
          SecretId: 'app',
          SecretString: value,
        });
        break;
      case 'parameter':
        await this.#sandbox.dispatch('ssm', 'PutParameter', {
          Name: '/app/password',
          Value: value,
          Type: 'SecureString',
          Overwrite: true,
        });
        break;
    }
  }

  definition(version: number): Definition {
    const { images, outside } = this.#timeline;
    const plain = taskDefinitionOf('web', version);
    const valueFrom =
      outside === 'parameter' ? 'arn:aws:ssm:us-east-1:123456789012:parameter/app/password' : this.#secret;
    const isOutside = version === 2 && (outside === 'secret' || outside === 'parameter');
    return {
      ...plain,
      containerDefinitions: plain.containerDefinitions.map((container) => ({
        ...container,
        image: images[version]!,
        ...(isOutside && { secrets: [{ name: 'PASSWORD', valueFrom }] }),
      })),
    };
  }
}
