import { boolean, choice, list, pairs, path, secret, text } from '../../inputs/kinds.ts';

const variable = { expression: /^[A-Za-z_][A-Za-z0-9_]{0,254}$/, rule: 'letters, digits and _' };
const secretId = { expression: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, rule: 'letters, digits, . _ and -' };
export const platformPattern = {
  expression: /^[a-z0-9_]{1,32}(?:\/[a-z0-9_]{1,32}){0,2}$/,
  rule: 'a platform like linux/amd64',
};
const size = { expression: /^\d{1,12}(?:b|[kmg](?:i?b)?)?$/i, rule: 'a size like 64m or 2g', type: 'size' };
const annotation = { expression: /^[^\s=][^=]{0,512}=/, rule: 'an annotation like index:name=value' };
const attestation = {
  expression: /^(?:true|false|[a-z][a-z-]{0,40}=[^\s]{1,2000})$/,
  rule: 'true, false or options like mode=max',
};

/** What describes a build, named and meant as in docker/build-push-action. */
export const buildInputs = {
  context: path({
    default: '.',
    description:
      'The build context: a directory in the workspace, or the URL of a Git repository or a tarball. `{{defaultContext}}` is this repository at this commit, fetched by the builder.',
  }),
  file: path({
    description: 'The Dockerfile, relative to the workspace. By default, `Dockerfile` in the context.',
    example: 'docker/web.Dockerfile',
  }),
  target: text({
    pattern: { expression: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, rule: 'the name of a stage' },
    description: 'The Dockerfile stage to build.',
  }),
  platforms: list({
    item: platformPattern,
    maxItems: 20,
    description: "The platforms to build for. By default, that of the engine. Several platforms need buildx.",
    example: 'linux/amd64,linux/arm64',
  }),
  'build-args': pairs({
    name: variable,
    bare: true,
    description:
      'Build arguments; a name without a value takes it from the environment. They remain readable in the image: put secrets in `secrets`.',
    example: 'NODE_ENV=production',
  }),
  secrets: pairs({
    name: secretId,
    sensitive: true,
    description:
      'Secrets for `RUN --mount=type=secret`, as `id=value`. They are masked, passed to the builder through private files, and removed after the step.',
    example: 'npm_token=${{ secrets.NPM_TOKEN }}',
  }),
  'secret-files': pairs({
    name: secretId,
    description: 'Secrets from files in the workspace or the temporary directory, as `id=path`.',
  }),
  'secret-files-outside-workspace': boolean({
    default: 'false',
    description:
      'Also accept `secret-files` outside the workspace and the temporary directory, such as `/run/secrets/npm`. The secrets that a Compose or Bake file names must be inside anyway.',
  }),
  'secret-envs': pairs({
    name: secretId,
    commas: true,
    description: 'Secrets from environment variables, as `id=NAME`.',
  }),
  ssh: list({
    lines: true,
    item: { expression: /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:=[^\s]{1,1024})?$/, rule: 'default or id=path' },
    description:
      'SSH agents or keys for `RUN --mount=type=ssh`: `default` for the agent of the job, or `id=path` for keys in the workspace or the temporary directory.',
    example: 'default',
  }),
  labels: pairs({
    description:
      'Labels of the image. The OCI labels revision, source, created and version are set automatically unless given here.',
  }),
  annotations: list({
    lines: true,
    item: annotation,
    description:
      'OCI annotations, `name=value`: for the manifest, or for the object given as a prefix, as in `index:name=value` (buildx).',
  }),
  'build-contexts': pairs({
    description: 'Additional build contexts, as `name=path-or-URL` (buildx).',
  }),
  'cache-from': list({
    lines: true,
    description:
      'Where to read the build cache from, in buildx syntax, or an image. The directory for `type=local` must be in the workspace or the temporary directory.',
    example: 'type=registry,ref=123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:cache',
  }),
  'cache-to': list({
    lines: true,
    description:
      'Where to write the build cache, in buildx syntax. A cache in ECR gets `image-manifest=true`, without which ECR rejects it. The directory for `type=local` must be in the workspace or the temporary directory.',
    example: 'type=registry,ref=123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:cache,mode=max',
  }),
  'no-cache': boolean({ default: 'false', description: 'Do not use the cache.' }),
  'no-cache-filters': list({ description: 'Do not use the cache for these stages (buildx).' }),
  pull: boolean({ default: 'false', description: 'Always pull newer versions of the base images.' }),
  network: text({
    pattern: {
      expression: /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/,
      rule: 'a network like default, none or host',
    },
    description: 'The network for `RUN` instructions.',
  }),
  'add-hosts': list({
    item: { expression: /^[A-Za-z0-9_.-]+[:=][0-9A-Za-z:.[\]-]+$/, rule: 'name:address' },
    description: 'Entries for /etc/hosts during the build, as `name:address`.',
  }),
  'shm-size': text({ pattern: size, description: 'The size of /dev/shm during the build.' }),
  ulimit: list({
    item: { expression: /^[a-z]+=-?\d+(?::-?\d+)?$/, rule: 'a limit like nofile=1024:2048' },
    description: 'Ulimits of the build containers.',
  }),
  'cgroup-parent': text({ description: 'The parent cgroup of the build containers.' }),
  allow: list({ description: 'Entitlements, such as `network.host` (buildx).' }),
  attests: list({ lines: true, description: 'Attestations, in buildx syntax (buildx).' }),
  provenance: text({
    pattern: attestation,
    description:
      "Attach provenance (`true`, `mode=max`; buildx). Off unless requested here or in `attests`: with it, the push is an index, whose digest is not that of the image itself.",
  }),
  sbom: text({
    pattern: attestation,
    description: 'Attach an SBOM (buildx). Like provenance, it makes the push an index.',
  }),
  builder: text({
    pattern: { expression: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, rule: 'the name of a builder' },
    description: 'The buildx builder to use.',
  }),
  outputs: list({
    lines: true,
    description:
      'Additional outputs besides the registry: `type=local,dest=out`, `type=tar,dest=…`, `type=oci,dest=…`, `type=docker` (the same as `load`); several, or one together with a push, need buildx 0.13. `type=image` and `type=registry` set attributes of the pushed image, such as `type=registry,compression=zstd`; its names come from `repository` and `tags`. `type=image,push-by-digest=true,push=true` pushes it without a tag, for create-image-index (buildx).',
    example: 'type=local,dest=out',
  }),
  call: choice(['build', 'check', 'outline', 'targets'], {
    default: 'build',
    description:
      'What to do with the Dockerfile: `check` runs the build checks and fails on a warning; `outline` and `targets` describe it (buildx 0.15). Only `build` builds and pushes.',
  }),
  'github-token': secret({
    description:
      'The token the builder uses to fetch a Git context from the server of this repository, such as `{{defaultContext}}` of a private repository; on GitHub, pass `github.token`. It is passed as the secret GIT_AUTH_TOKEN, unless `secrets` has one.',
  }),
};
