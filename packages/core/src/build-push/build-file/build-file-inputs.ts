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
      'A Compose file, followed by its override files in order: every service with a `build` section is built, and pushed under the tags that the file gives it. `tags`, `repositories` and build inputs apply to all of them and take precedence over the file.',
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
      'Which services of `compose-file`, or targets and groups of `bake-file`, to build. By default, all services without a profile, or the group `default`.',
    example: 'web,worker',
  }),
  'targets-before-push': list({
    item: targetName,
    maxItems: 100,
    description:
      'Services or targets to build, and thereby run, before anything is pushed, such as a `test` stage. They are not pushed, and if one fails, nothing is.',
    example: 'test',
  }),
  variables: pairs({
    description:
      'Values for the variables of `compose-file`, such as `${TAG}`, or of `bake-file`. They take precedence over the environment and, for Compose, over `.env` next to the file.',
    example: 'NODE_VERSION=24',
  }),
  set: list({
    lines: true,
    item: {
      expression: /^[A-Za-z0-9_*?.-]+(?:\.[A-Za-z0-9_-]+)+\+?=.*$/,
      rule: 'a value like web.args.MODE=release',
    },
    description: 'Overrides for `bake-file`, in the syntax of `docker buildx bake --set` (buildx).',
    example: '*.platform=linux/arm64',
  }),
  repositories: pairs({
    name: targetName,
    description:
      "The repository of each service or target, as `target=repository`. By default, `repository-prefix` and the target's name, otherwise the image name in the file, otherwise the target's name.",
    example: 'web=team/web',
  }),
  'repository-prefix': text({
    pattern: {
      expression: /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*[/_-]?$/,
      rule: 'the start of a repository name, like team/',
    },
    description: "The prefix of each target's name in its repository.",
    example: 'team/',
  }),
  'builds-at-once': integer(
    { min: 1, max: 16 },
    { default: '2', description: 'How many images to build and push at once.' },
  ),
};
