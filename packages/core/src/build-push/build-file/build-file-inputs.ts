import { integer, list, pairs, path, text } from '../../inputs/kinds.ts';

const targetName = {
  expression: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
  rule: 'the name of a service or target',
};

/** Several images in one run. */
export const buildFileInputs = {
  'compose-file': list({
    maxItems: 20,
    description:
      'A Compose file, and those that lie over it, in their order: every service with a `build` section is built, each pushed to a repository of its own. Inputs that describe the build hold for all of them and come before what the file says.',
    example: 'compose.yaml,compose.prod.yaml',
  }),
  'bake-file': path({
    description:
      'A Bake file, likewise. JSON is read as it is; HCL, and JSON with variables, `inherits` or `matrix`, need buildx.',
    example: 'docker-bake.hcl',
  }),
  targets: list({
    item: targetName,
    maxItems: 100,
    description:
      'Which services of `compose-file`, or targets and groups of `bake-file`, to build. By default all services without a profile, or the group `default`.',
    example: 'web,worker',
  }),
  variables: pairs({
    description:
      'Values for the variables of `compose-file`, such as `${TAG}`, or of `bake-file`. They come before those of the environment, and for Compose before `.env` beside the file.',
    example: 'NODE_VERSION=24',
  }),
  set: list({
    lines: true,
    item: {
      expression: /^[A-Za-z0-9_*?.-]+(?:\.[A-Za-z0-9_-]+)+\+?=.*$/,
      rule: 'a value like web.args.MODE=release',
    },
    description: 'Values of `bake-file` to replace, as `docker buildx bake --set` takes them (buildx).',
    example: '*.platform=linux/arm64',
  }),
  repositories: pairs({
    name: targetName,
    description:
      "The repository of each service or target, as `target=repository`. By default `repository-prefix` and the target's name, else the name that the file gives the image, else the target's name.",
    example: 'web=team/web',
  }),
  'repository-prefix': text({
    pattern: {
      expression: /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*[/_-]?$/,
      rule: 'the start of a repository name, like team/',
    },
    description: "What stands before each target's name in its repository.",
    example: 'team/',
  }),
  'builds-at-once': integer(
    { min: 1, max: 16 },
    { default: '2', description: 'How many of the images are built and pushed at the same time.' },
  ),
};
