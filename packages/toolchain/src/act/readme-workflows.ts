import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The examples of the official actions' READMEs, each shortened to one job, and what their `uses:` lines become. The
 * other lines stay as they are, but for the names of images that would be pushed to Docker Hub.
 */
const replacements: Readonly<Record<string, string>> = {
  'aws-actions/amazon-ecr-login': './actions/ecr-login',
  'aws-actions/amazon-ecs-render-task-definition': './actions/render-task-definition',
  'aws-actions/amazon-ecs-deploy-task-definition': './actions/deploy-service',
  'aws-actions/amazon-ecs-deploy-express-service': './actions/deploy-express-service',
  'docker/metadata-action': './actions/image-metadata',
  'docker/build-push-action': './actions/build-push',
  // act copies the files itself.
  'actions/checkout': 'actions/checkout',
  'aws-actions/configure-aws-credentials': './replaced/credentials',
  'docker/login-action': './replaced/login',
  'docker/setup-buildx-action': './replaced/nothing',
  'docker/setup-qemu-action': './replaced/nothing',
};

/** Actions that are not Landfall's to replace, for a machine that reaches no GitHub: by path in the repository. */
export const replacedActions = (
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const credentials = {
    shell: 'bash',
    run: Object.entries(environment)
      .map(([name, value]) => `echo '${name}=${value}' >>"$GITHUB_ENV"`)
      .join('\n'),
  };
  const composite = (...steps: readonly object[]) =>
    JSON.stringify({ name: 'Replaced', description: 'Replaced.', runs: { using: 'composite', steps } });
  return {
    'replaced/credentials/action.yml': composite(credentials),
    'replaced/login/action.yml': composite(credentials, { uses: './actions/ecr-login' }),
    'replaced/nothing/action.yml': composite({ shell: 'bash', run: 'true' }),
  };
};

interface ReadmeWorkflow {
  readonly name: string;
  /** With the official actions. */
  readonly text: string;
}

export const readmeWorkflows = (): readonly ReadmeWorkflow[] => {
  const folder = join(import.meta.dirname, 'readme-workflows');
  return readdirSync(folder).map((file) => ({
    name: file.replace(/\.yml$/, ''),
    text: readFileSync(join(folder, file), 'utf8'),
  }));
};

/** The workflow with our actions. @throws an Error for a `uses:` line that no one replaces */
export const withOurActions = (text: string): string =>
  text.replace(/(?<=^ +(?:- )?uses: )([^@\s]+)@(\S+)$/gm, (line, action: string) => {
    const found = replacements[action];
    if (found === undefined) throw new Error(`${line} has no replacement.`);
    return found === action ? line : found;
  });
