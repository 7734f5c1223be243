import facts from '../facts/aws-ecr-orb.json' with { type: 'json' };
import { instead, type Migration, notThere, type Row, use } from '../migration.ts';

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const build = (inputs: Readonly<Record<string, string>>, why?: string) =>
  instead(use('build-push', inputs), why);
const repository = (inputs: Readonly<Record<string, string>>, why?: string) =>
  instead(use('ensure-repository', { repository: 'web', ...inputs }), why);

const profile = notThere('Set `AWS_PROFILE` in the environment of the job.');
const step = (name: string) => notThere(`A step of the job: \`${name}\`.`);
const privateOnly = notThere('Only private repositories are created.');
const noEmulation = notThere('Install the emulators with a step of the job, or build on a native machine.');
const sameRegistry = {
  account_id: build(
    { registry },
    'The output `registry` of `ecr_login` holds the account, the region and the domain.',
  ),
  region: build({ registry }, 'Part of the host of the registry.'),
  aws_domain: build({ registry }, 'Part of the host of the registry.'),
} satisfies Record<string, Row>;
const publicRegistry = build(
  { registry: 'public.ecr.aws', repository: 'alias/web' },
  'A public repository is named with its alias.',
);
const tags = build({ tags: '1.4.2' }, 'One rule per line; by default the commit, not `latest`.');

const noHelper = notThere('The login is in a private folder that `clean-up` removes; no helper is needed.');
const loginRows: Readonly<Record<string, Row>> = {
  account_id: instead(
    use('ecr-login', { registries: '123456789012' }),
    'By default, the account of the credentials.',
  ),
  region: instead(use('ecr-login', { region: 'eu-west-1' })),
  profile_name: profile,
  public_registry: instead(use('ecr-login', { 'registry-type': 'public' })),
  aws_domain: instead(
    use('ecr-login', { registries: '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn' }),
    'Follows from the region, or from a registry given by its host.',
  ),
  use_credentials_helper: noHelper,
};

const buildRows: Readonly<Record<string, Row>> = {
  ...sameRegistry,
  profile_name: profile,
  repo: build({ repository: 'web' }),
  tag: tags,
  dockerfile: build({ file: 'docker/Dockerfile' }, 'The path from the working directory, with its folder.'),
  path: build({ file: 'docker/Dockerfile' }, 'Part of `file`.'),
  build_path: build({ context: 'app' }),
  extra_build_args: build(
    { 'build-args': 'MODE=release' },
    'Each flag of Docker is an input: `build-args`, `target`, `secrets`, `cache-from` and so on.',
  ),
  no_output_timeout: build({ 'no-output-timeout': '20m' }),
  skip_when_tags_exist: build(
    { 'skip-if-exists': 'true' },
    'Judged by the tags that name one image; nothing is pulled.',
  ),
  public_registry: publicRegistry,
  public_registry_alias: publicRegistry,
  platform: build({ platforms: 'linux/amd64,linux/arm64' }, 'By default, that of the engine.'),
  push_image: build({ push: 'false' }),
  lifecycle_policy_path: repository(
    { 'lifecycle-policy': 'lifecycle.json' },
    'Set before the build, not after each push.',
  ),
  binfmt_version: noEmulation,
};

const createRows: Readonly<Record<string, Row>> = {
  repo_scan_on_push: repository({ 'scan-on-push': 'true' }, 'Unchanged unless set.'),
  repo_tag: repository({ 'resource-tags': 'team=web' }, 'One `key=value` per line.'),
};

const wholeRows: Readonly<Record<string, Row>> = {
  ...buildRows,
  ...createRows,
  create_repo: repository({}, 'A step of its own, before the build.'),
  attach_workspace: step('attach_workspace'),
  workspace_root: step('attach_workspace'),
  setup_remote_docker: step('setup_remote_docker'),
  remote_docker_version: step('setup_remote_docker'),
  remote_docker_layer_caching: step('setup_remote_docker'),
  checkout: step('checkout'),
  container_registry_login: instead(
    use('ecr-login', {
      'registry-logins': 'docker.io=user',
      'registry-password-files': 'docker.io=password.txt',
    }),
  ),
  registry_login: notThere('The logins are inputs of `ecr_login`, without a password in an argument.'),
  set_repo_policy: repository({ 'repository-policy': 'policy.json' }),
  repo_policy_path: repository({ 'repository-policy': 'policy.json' }),
  auth: notThere('A step before: `aws-cli/setup`. The job `landfall/deploy` takes it as `auth`.'),
  repo_encryption_type: repository({ 'encryption-type': 'AES256' }),
  repo_encryption_kms_key: repository({ 'encryption-type': 'KMS', 'kms-key': 'alias/ecr' }),
  repo_image_tag_mutability: repository({ 'image-tag-mutability': 'IMMUTABLE' }, 'Unchanged unless set.'),
  use_credentials_helper: noHelper,
};

export const awsEcrOrb: Migration = {
  name: 'aws-ecr-orb',
  title: 'the orb circleci/aws-ecr',
  kind: 'orb',
  summary:
    'Run the command `install` first. Login, repository and build are commands of their own here; the job `landfall/deploy` has them all, with the deployment.',
  facts,
  parts: {
    build_and_push_image: {
      use: [
        use('ecr-login'),
        use('ensure-repository', { repository: 'web' }),
        use('build-push', { registry: { from: 'ecr-login', output: 'registry' }, repository: 'web' }),
      ],
      inputs: {
        ...wholeRows,
        repo_image_tag_exclusion_filters: repository({
          'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION',
          'image-tag-exclusion-filters': 'latest',
        }),
      },
    },
    build_image: {
      use: [use('build-push', { registry, repository: 'web' })],
      inputs: buildRows,
    },
    create_repo: {
      use: [use('ensure-repository', { repository: 'web' })],
      inputs: {
        ...createRows,
        profile_name: profile,
        region: repository({ region: 'eu-west-1' }),
        repo: repository({}),
        public_registry: privateOnly,
        repo_encryption_type: repository({ 'encryption-type': 'AES256' }),
        encryption_kms_key: repository({ 'encryption-type': 'KMS', 'kms-key': 'alias/ecr' }),
        image_tag_mutability: repository({ 'image-tag-mutability': 'IMMUTABLE' }, 'Unchanged unless set.'),
        image_tag_exclusion_filters: repository({
          'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION',
          'image-tag-exclusion-filters': 'latest',
        }),
      },
    },
    ecr_login: { use: [use('ecr-login')], inputs: loginRows },
    push_image: {
      use: [use('build-push', { registry, repository: 'web' })],
      note: 'One command builds and pushes: what was built before in the same job comes from the cache.',
      inputs: {
        ...sameRegistry,
        repo: build({ repository: 'web' }),
        tag: tags,
        public_registry: publicRegistry,
        public_registry_alias: publicRegistry,
      },
    },
    set_repo_policy: {
      use: [use('ensure-repository', { repository: 'web', 'repository-policy': 'policy.json' })],
      inputs: {
        profile_name: profile,
        region: repository({ region: 'eu-west-1' }),
        repo: repository({}),
        public_registry: privateOnly,
        repo_policy_path: repository({ 'repository-policy': 'policy.json' }),
      },
    },
    tag_image: {
      use: [use('promote-image', { source: `${registry}/web:1.4.2`, tags: 'production' })],
      inputs: {
        account_id: instead(
          use('promote-image', { source: `${registry}/web:1.4.2` }),
          'Part of the reference.',
        ),
        repo: instead(use('promote-image', { source: `${registry}/web:1.4.2` }), 'Part of the reference.'),
        source_tag: instead(
          use('promote-image', { source: `${registry}/web:1.4.2` }),
          'Part of the reference.',
        ),
        target_tag: instead(use('promote-image', { tags: 'production' })),
        skip_when_tags_exist: notThere(
          'A tag that already names the image is a success; another image is refused or moved, as the repository allows.',
        ),
        profile_name: profile,
        extra_args: notThere('There are no arguments of the AWS CLI.'),
      },
    },
    tag_repo: {
      use: [use('ensure-repository', { repository: 'web', 'resource-tags': 'team=web' })],
      inputs: {
        account_id: notThere('The account of the credentials.'),
        repo: repository({}),
        tag: repository({ 'resource-tags': 'team=web' }, 'One `key=value` per line.'),
        profile_name: profile,
        region: repository({ region: 'eu-west-1' }),
      },
    },
    'job build_and_push_image': {
      use: [
        use('ecr-login'),
        use('ensure-repository', { repository: 'web' }),
        use('build-push', { registry: { from: 'ecr-login', output: 'registry' }, repository: 'web' }),
      ],
      inputs: { executor: notThere('The executor of your own job.'), ...wholeRows },
    },
  },
};
