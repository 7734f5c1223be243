import { describeRevisions, readPermissions } from '../deployment/inputs/permissions.ts';
import { inCluster } from '../ecs/permissions.ts';
import { maxRetries, regionInput } from '../inputs/common.ts';
import { boolean, list, path, text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { annotateProblems, environmentOf, templateEngine } from '../manifest/load-environments.ts';
import {
  type DraftFile,
  draftFiles,
  draftProblems,
  withSchema,
  writeFiles,
} from '../manifest/manifest-draft.ts';
import { manifestInputs, standardManifest } from '../manifest/manifest-inputs.ts';
import { key } from '../manifest/manifest-shape.ts';
import { manifestInvalid } from '../manifest/problem.ts';
import { convertServicesYaml } from '../manifest/services-yaml/convert-services-yaml.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import type { World } from '../world/world.ts';

const inputs = {
  'from-compose': path({
    description:
      'A Compose file, to be converted for Fargate. Its variables stay variables: no value of the process or of `.env` is written.',
    example: 'compose.yml',
  }),
  'services-yaml': path({
    description: 'The services file of wacul/aws-ecs.',
    example: 'infra/services.yml',
  }),
  'environment-yaml': list({
    description: 'The environment files of wacul/aws-ecs, one for each environment.',
    example: 'infra/conf/dev.yml, infra/conf/production.yml',
  }),
  'env-vars': manifestInputs['env-vars'],
  cluster: text({
    pattern: patterns.cluster,
    description: 'A cluster in ECS, by name or ARN, to convert the services that run there.',
    example: 'production',
  }),
  services: list({
    item: patterns.service,
    description: 'The services of `cluster`. By default, all of them.',
    example: 'web, worker',
  }),
  region: regionInput,
  'max-retries': maxRetries,
  name: text({
    required: true,
    pattern: key,
    description: 'The name of the manifest, which owns the services.',
    example: 'shop',
  }),
  environment: text({
    pattern: key,
    default: 'production',
    description: 'The environment of the manifest, unless `environment-yaml` names them.',
  }),
  manifest: path({ default: standardManifest, description: 'The file to write.' }),
  'task-definition-folder': path({
    default: 'ecs',
    description: 'Where the task definitions are written, from the folder of the manifest.',
  }),
  overwrite: boolean({ default: 'false', description: 'Replace files that are there.' }),
};

const ofCluster = 'when `cluster` is set';

const outputs = {
  manifest: { description: 'The absolute path of the file.' },
  files: { description: 'The absolute paths of all files that were written, as a JSON list.' },
  environments: { description: 'The environments in it, as a JSON list of names.' },
  variables: {
    description: 'The variables of the manifest that have no value yet, as a JSON list of names.',
  },
  unconverted: { description: 'What has no counterpart, as a JSON list of sentences.' },
};

export const convertManifest = defineOperation({
  name: 'convert-manifest',
  title: 'Convert services or files of other tools to a Landfall manifest',
  description:
    'Writes a manifest and task definitions that describe the same services as a Compose file, the two files of wacul/aws-ecs, or a cluster in ECS. Only for a cluster is AWS called, with read-only credentials.',
  promises: [
    'A file that is there is replaced only with `overwrite`. Each file is written whole or not at all, the manifest last.',
    'Green means that check-manifest accepts what was written, once its variables have values. What has no counterpart is listed; nothing is dropped silently.',
    'From a cluster, green means that plan-manifest would change nothing as long as nothing else changes the services. The values of environment variables are written as they are.',
    'From the files of wacul/aws-ecs, green means that the manifest, resolved before it is written, describes every service of every environment as the two files do, task definitions included. Only the environment variables that wacul/aws-ecs adds to containers are not in it; a notice reports that. Where that is not possible, all differences are reported together and nothing is written.',
  ],
  inputs,
  outputs,
  permissions: [
    {
      action: 'ecs:ListServices',
      resource: '*',
      condition: inCluster,
      when: 'when `cluster` is set without `services`',
    },
    ...[...readPermissions, ...describeRevisions].map((one) => ({ ...one, when: ofCluster })),
  ],
  errors: [
    'MANIFEST_INVALID',
    'NOT_FOUND',
    'SERVICE_NOT_ACTIVE',
    'FILE_UNREADABLE',
    'PATH_MISSING',
    'PATH_REFUSED',
    'FILE_TOO_LARGE',
    'DISK_FULL',
  ],
  branding: { icon: 'file-text', color: 'blue' },

  check: ({ fromCompose, servicesYaml, environmentYaml, cluster, services }) => [
    ...([fromCompose, servicesYaml, cluster].filter((one) => one !== undefined).length === 1
      ? []
      : [
          { input: 'from-compose', problem: 'or services-yaml or cluster must be set, and only one of them' },
        ]),
    ...((servicesYaml === undefined) !== (environmentYaml === undefined)
      ? [{ input: 'services-yaml', problem: 'and environment-yaml need each other' }]
      : []),
    ...(services !== undefined && cluster === undefined
      ? [{ input: 'services', problem: 'needs cluster' }]
      : []),
  ],

  async run({ inputs: given, world, record, output }) {
    const { host } = world;
    const converted =
      given.servicesYaml === undefined ? await fromDraft(given, world) : await fromServicesYaml(given, world);
    const { environments, missing, notes } = converted;
    const files = await writeFiles(converted.files, given.overwrite, world);
    if (missing.length > 0)
      host.log.notice(
        `give the variables ${missing.join(', ')} values: in vars of the file or of an environment, or with the inputs vars and env-vars`,
      );
    record.summary(
      {
        kind: 'heading',
        text: `${given.manifest}: ${notes.length === 0 ? 'everything was converted' : 'what was not converted'}`,
      },
      ...(notes.length > 0 ? [{ kind: 'list' as const, items: notes }] : []),
    );
    await output('manifest', files.at(-1) ?? '');
    await output('files', JSON.stringify(files));
    await output('environments', JSON.stringify(environments));
    await output('variables', JSON.stringify(missing));
    await output('unconverted', JSON.stringify(notes));
  },
});

interface Conversion {
  readonly files: readonly DraftFile[];
  readonly environments: readonly string[];
  /** Variables without a value. */
  readonly missing: readonly string[];
  /** What was not converted. */
  readonly notes: readonly string[];
}

type Values = Call<typeof inputs, typeof outputs>['inputs'];

async function fromServicesYaml(given: Values, { files, host }: World): Promise<Conversion> {
  const { servicesYaml = '', environmentYaml = [] } = given;
  const read = async (file: string) => ({ file, text: await files.readText(file) });
  const { text, environments, problems } = await convertServicesYaml(
    await read(servicesYaml),
    await Promise.all(environmentYaml.map(read)),
    {
      name: given.name,
      manifest: given.manifest,
      engine: await templateEngine(),
      env: environmentOf(given.envVars ?? [], host),
    },
  );
  annotateProblems(problems, host);
  if (problems.length > 0) throw manifestInvalid(servicesYaml, problems);
  host.log.notice(
    'containers no longer get ENVIRONMENT, CLUSTER_NAME, SERVICE_NAME, SERVICE_TAGS and the like: write into the templates those that something reads',
  );
  return { files: [{ path: given.manifest, text: withSchema(text) }], environments, missing: [], notes: [] };
}

async function fromDraft(given: Values, world: World): Promise<Conversion> {
  const { name, environment, manifest, fromCompose, cluster = '', services } = given;
  const options = { name, environment, folder: `${given.taskDefinitionFolder.replace(/\/+$/, '')}/` };
  const draft =
    fromCompose === undefined
      ? await (await import('../manifest-deployment/convert-services.ts')).convertServices(
          cluster,
          services,
          options,
          world,
        )
      : await (await import('../manifest/from-compose/convert-compose.ts')).convertCompose(
          fromCompose,
          options,
          world.files,
        );
  const of = fromCompose ?? `cluster ${cluster}`;
  annotateProblems(draft.problems, world.host);
  const refused = draft.problems.filter(({ level }) => level === 'error');
  if (refused.length > 0) throw manifestInvalid(of, refused);
  const problems = await draftProblems(draft, manifest, templateEngine);
  annotateProblems(problems, world.host);
  if (problems.length > 0) throw manifestInvalid(of, problems);
  return {
    files: await draftFiles(draft, manifest),
    environments: [environment],
    missing: draft.missing,
    notes: draft.problems.map(({ path, problem }) => `${path} ${problem}`),
  };
}
