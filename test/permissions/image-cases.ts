/** What the operations on images are used for; Docker is this machine's own where something is built. */
import { inProcessAws } from '@landfall/aws/testing/in-process-aws';
import type { Operation } from '@landfall/core/operation/operation';
import { buildPush } from '@landfall/core/operations/build-push';
import type { OperationName } from '@landfall/core/operations/index';
import { parts, pipeline } from '@landfall/core/operations/pipeline';
import type { Docker } from '@landfall/core/world/docker';
import type { Registry, RepositoryName } from '@landfall/core/world/registry';
import { createDocker } from '@landfall/docker/docker';
import { systemClock } from '@landfall/hosts/machine/clock';
import { dockerRegistry } from '@landfall/registry/testing/docker-registry';
import { runReported } from '@landfall/report/run-reported';
import { imageWorld, removeImages } from '../images/image-world.ts';
import type { Scenario } from '../rollouts/scenario/scenario.ts';
import { cases } from './cases.ts';
import { ImageScenario } from './image-scenario.ts';
import type { Begin, PermissionCase } from './least-privilege.ts';

const opened = (scenario: Scenario): ImageScenario => {
  if (scenario instanceof ImageScenario) return scenario;
  throw new Error('This case needs a scenario with images.');
};

/** A login of which nothing but the call to AWS is of interest. */
const logsIn: Partial<Docker> = { isolateConfig: async () => ({ notes: [] }), login: async () => {} };
const loggedIn = (name: string, inputs: Readonly<Record<string, string>>): PermissionCase => ({
  name,
  create: ImageScenario.open,
  run: (begin) => begin({ service: '', cluster: '', ...inputs }, { docker: logsIn as Docker }).done,
});

const built = (
  name: string,
  inputs: Readonly<Record<string, string>>,
  before: (scenario: ImageScenario) => void = () => {},
  operation: Operation = buildPush,
): PermissionCase => ({
  name,
  create: ImageScenario.open,
  async run(_, on, principal) {
    const scenario = opened(on);
    const { registry } = scenario.sandbox;
    await scenario.logIn(principal);
    before(scenario);
    using world = imageWorld({
      inputs: { registry, repository: 'web', tags: 'v2', ...inputs },
      files: { Dockerfile: 'FROM scratch\nCOPY busybox /\n' },
      environment: { DOCKER_CONFIG: scenario.dockerConfig },
    });
    const aws = inProcessAws(scenario.sandbox, { clock: scenario.clock, accessKeyId: principal.accessKeyId });
    const result = await runReported(operation, { ...world, aws });
    removeImages(`${registry}/web:v2`);
    return { result, host: world.host };
  },
});

/** As images name the registry of the account. */
const ecr = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

/** The sandbox stands for Amazon ECR, of whose answers alone a tag is deleted. */
const servedBy = (host: string, { copyBlob, ...registry }: Registry): Registry => {
  const at = <T extends RepositoryName>(name: T): T =>
    name.registry === ecr ? { ...name, registry: host } : name;
  return {
    head: (target, options) => registry.head(at(target), options),
    manifest: (target, options) => registry.manifest(at(target), options),
    putManifest: (target, manifest, options) => registry.putManifest(at(target), manifest, options),
    referrers: (target, options) => registry.referrers(at(target), options),
    hasBlob: (target, options) => registry.hasBlob(at(target), options),
    blob: (target, options) => registry.blob(at(target), options),
    copyBlob: (request, options) =>
      copyBlob({ ...request, from: at(request.from), to: at(request.to) }, options),
  };
};

const promoted = (
  name: string,
  inputsOf: (scenario: ImageScenario) => Readonly<Record<string, string>>,
  before: (scenario: ImageScenario) => void = () => {},
): PermissionCase => ({
  name,
  create: ImageScenario.open,
  async run(begin, on, principal) {
    const scenario = opened(on);
    await scenario.logIn(principal);
    before(scenario);
    const env = { DOCKER_CONFIG: scenario.dockerConfig };
    const registry = async () => servedBy(scenario.sandbox.registry, dockerRegistry(env, systemClock));
    const docker: Docker = {
      ...createDocker({ env, clock: systemClock }),
      login: async ({ username, password }) => scenario.keepLogin(btoa(`${username}:${password}`)),
    };
    return begin({ service: '', cluster: '', ...inputsOf(scenario) }, { docker, registry }).done;
  },
});
const within = ({ sandbox: { registry } }: ImageScenario) => ({
  source: `${registry}/web:v1`,
  target: `${registry}/live`,
});

const indexed = (name: string, before: (scenario: ImageScenario) => void) =>
  promoted(
    name,
    ({ sandbox: { registry }, digest }) => ({ repository: 'web', registry, digests: digest, tags: 'v2' }),
    before,
  );

const gated = (name: string, scanning: object): PermissionCase => ({
  name,
  async create() {
    const scenario = await ImageScenario.open();
    await scenario.sandbox.dispatch('ecr', 'PutRegistryScanningConfiguration', scanning);
    return scenario;
  },
  run: (begin: Begin, scenario: Scenario) =>
    begin({ service: '', cluster: '', image: `${opened(scenario).sandbox.registry}/web:v1` }).done,
});
const byInspector = (filter: string) => ({
  scanType: 'ENHANCED',
  rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [{ filter, filterType: 'WILDCARD' }] }],
});

/** A case of a part, run by the pipeline as its only part. */
const asPart = (
  part: (typeof parts)[number],
  cases: readonly PermissionCase[] = [],
): readonly PermissionCase[] =>
  cases.map((one) => ({
    name: `${part.operation.name}: ${one.name}`,
    create: one.create,
    run: (begin, scenario, principal) =>
      one.run(
        (inputs = {}, options) =>
          begin(
            {
              parts: part.operation.name,
              ...Object.fromEntries(
                Object.entries(inputs).map(([name, value]) => [part.inputs?.[name] ?? name, value]),
              ),
            },
            options,
          ),
        scenario,
        principal,
      ),
  }));

const onePart = { parts: 'build-push' };
const ownCases: Partial<Record<OperationName, readonly PermissionCase[]>> = {
  'ecr-login': [loggedIn('a private registry', {}), loggedIn('ECR Public', { 'registry-type': 'public' })],
  'image-metadata': [
    {
      name: 'tags without a call',
      create: ImageScenario.open,
      run: (begin) => begin({ service: '', cluster: '', tags: 'v1' }).done,
    },
  ],
  'build-push': [
    built('an image that is not there', {}),
    built('one that is there', { tags: 'v1', platforms: 'linux/amd64', 'skip-if-exists': 'true' }),
    built('a login that ends', {}, (scenario) => scenario.endLogin()),
  ],
  'promote-image': [
    promoted('within a registry', within),
    promoted('from another registry', ({ sandbox: { registry }, other: { host } }) => ({
      source: `${host}/app:v1`,
      target: `${registry}/live`,
    })),
    promoted('to another registry', ({ sandbox: { registry }, other: { host } }) => ({
      source: `${registry}/web:v1`,
      target: `${host}/live`,
    })),
    promoted('moved', () => ({ source: `${ecr}/web:v1`, target: `${ecr}/live`, move: 'true' })),
    promoted('a login that ends', within, (scenario) => scenario.endLogin()),
  ],
  'create-image-index': [
    indexed('a new index', () => {}),
    indexed('a login that ends', (one) => one.endLogin()),
  ],
  'scan-gate': [
    gated('a basic scan', { scanType: 'BASIC', rules: [] }),
    gated('a scan by Inspector', byInspector('web')),
    gated('a repository that Inspector leaves out', byInspector('prod/*')),
  ],
};

export const imageCases: typeof ownCases = {
  ...ownCases,
  pipeline: [
    ...parts.flatMap((part) =>
      part.operation.name === 'build-push'
        ? [
            built('build-push: an image', onePart, undefined, pipeline),
            built(
              'build-push: one that is there',
              { ...onePart, tags: 'v1', platforms: 'linux/amd64', 'skip-if-exists': 'true' },
              undefined,
              pipeline,
            ),
          ]
        : asPart(part, { ...cases, ...ownCases }[part.operation.name as OperationName]),
    ),
  ],
};
