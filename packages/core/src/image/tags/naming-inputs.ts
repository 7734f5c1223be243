import { list, text } from '../../inputs/kinds.ts';
import { registryHost } from '../reference/image-reference.ts';

/** How an image is named, beside its repository. */
export const namingInputs = {
  registry: text({
    pattern: registryHost,
    description:
      'The registry host, if `repository` does not include it: the output `registry` of ecr-login.',
    example: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  }),
  tags: list({
    lines: true,
    description:
      'The tags, one rule per line: `sha`, `sha,format=long`, `ref`, `semver,pattern={{version}}`, `build-id`, `time,format=YYYYMMDD`, a tag such as `stage-<sha>` or `{{branch}}.{{build-id}}`, a rule of docker/metadata-action, or a complete reference. The first is the version. By default, `sha`.',
    example: 'sha',
  }),
  flavor: list({
    lines: true,
    description:
      'Options for all tags, as in docker/metadata-action: `prefix=`, `suffix=` (`,onlatest=true` to include `latest`), and `latest=auto`, `true` or `false` for a tag `latest`. `auto` adds it to releases, and is the default as soon as there is a flavor.',
    example: 'latest=auto',
  }),
};
