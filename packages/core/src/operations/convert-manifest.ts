import { isLandfallError } from '../errors/landfall-error.ts';
import { boolean, list, path, text } from '../inputs/kinds.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import { annotateProblems, environmentOf, templateEngine } from '../manifest/load-environments.ts';
import { manifestInputs, standardManifest } from '../manifest/manifest-inputs.ts';
import { key, schemaUrl } from '../manifest/manifest-shape.ts';
import { manifestInvalid } from '../manifest/problem.ts';
import { convertServicesYaml } from '../manifest/services-yaml/convert-services-yaml.ts';
import { defineOperation } from '../operation/operation.ts';
import type { Files } from '../world/files.ts';

const inputs = {
  'services-yaml': path({
    required: true,
    description: 'The services file of wacul/aws-ecs.',
    example: 'infra/services.yml',
  }),
  'environment-yaml': list({
    required: true,
    description: 'The environment files of wacul/aws-ecs, one for each environment.',
    example: 'infra/conf/dev.yml, infra/conf/production.yml',
  }),
  'env-vars': manifestInputs['env-vars'],
  name: text({
    required: true,
    pattern: key,
    description: 'The name of the manifest, which owns the services.',
    example: 'shop',
  }),
  manifest: path({ default: standardManifest, description: 'The file to write.' }),
  overwrite: boolean({ default: 'false', description: 'Replace a file that is there.' }),
};

const outputs = {
  manifest: { description: 'The absolute path of the file.' },
  environments: { description: 'The environments in it, as a JSON list of names.' },
};

export const convertManifest = defineOperation({
  name: 'convert-manifest',
  title: 'Convert the files of wacul/aws-ecs to a Landfall manifest',
  description:
    'Writes a manifest that describes the same services as the two files of wacul/aws-ecs, without credentials or calls to AWS.',
  promises: [
    'A file that is there is replaced only with `overwrite`.',
    'Green means that the manifest, resolved before it is written, describes every service of every environment as the two files do, task definitions included. Only the environment variables that wacul/aws-ecs adds to containers are not in it; a notice reports that.',
    'Where that is not possible, all differences are reported together and nothing is written.',
  ],
  inputs,
  outputs,
  permissions: [],
  errors: ['MANIFEST_INVALID', 'PATH_MISSING', 'PATH_REFUSED', 'FILE_TOO_LARGE', 'DISK_FULL'],
  branding: { icon: 'file-text', color: 'blue' },

  async run({ inputs: given, world, output }) {
    const { host, files } = world;
    if (!given.overwrite && (await isThere(given.manifest, files)))
      throw invalidInputs([
        { input: 'manifest', problem: `is ${given.manifest}, which is there: set overwrite to replace it` },
      ]);
    const read = async (file: string) => ({ file, text: await files.readText(file) });
    const {
      text: body,
      environments,
      problems,
    } = await convertServicesYaml(
      await read(given.servicesYaml),
      await Promise.all(given.environmentYaml.map(read)),
      {
        name: given.name,
        manifest: given.manifest,
        engine: await templateEngine(),
        env: environmentOf(given.envVars ?? [], host),
      },
    );
    annotateProblems(problems, host);
    if (problems.length > 0) throw manifestInvalid(given.servicesYaml, problems);
    const written = await files.writeArtifact(
      given.manifest,
      `# yaml-language-server: $schema=${schemaUrl}\n${body}`,
    );
    host.log.info(`wrote ${written}`);
    host.log.notice(
      'containers no longer get ENVIRONMENT, CLUSTER_NAME, SERVICE_NAME, SERVICE_TAGS and the like: write into the templates those that something reads',
    );
    await output('manifest', written);
    await output('environments', JSON.stringify(environments));
  },
});

const isThere = (file: string, files: Files): Promise<boolean> =>
  files.file(file).then(
    () => true,
    (thrown) => {
      if (isLandfallError(thrown, 'PATH_MISSING')) return false;
      throw thrown;
    },
  );
