/** `landfall init` in folders as people have them; what it writes is held against those who read it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { buildspecProblems } from '@landfall/toolchain/buildspec/problems';
import { orbUseProblems } from '@landfall/toolchain/examples/orb-uses';
import { packOrb } from '@landfall/toolchain/orb/pack';
import { cli } from './pipeline-world.ts';

/** GitHub's own parser, in a process of its own: it needs module hooks, which Jest does not have. */
const parser = fileURLToPath(new URL('../../packages/toolchain/src/github/parse.ts', import.meta.url));
function parseProblems(text: string): readonly string[] {
  const script = `const { parseProblems } = await import(${JSON.stringify(parser)});
process.stdout.write(JSON.stringify(await parseProblems('workflow', 'deploy.yml', process.argv[1])));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, text], {
    encoding: 'utf8',
  });
  return JSON.parse(stdout || JSON.stringify([stderr])) as readonly string[];
}

const orb = await packOrb(fileURLToPath(new URL('../../orbs/landfall/src/', import.meta.url)));

type Folder = Readonly<Record<string, string>>;
interface Run {
  readonly root: string;
  landfall(...argv: readonly string[]): { readonly status: number | null; readonly output: string };
  read(path: string): string;
}

function inFolder<Result>(files: Folder, work: (run: Run) => Result): Result {
  const root = join(mkdtempSync(join(tmpdir(), 'landfall-init-')), 'shop');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(root, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: root, TMPDIR: join(root, '..'), NODE_NO_WARNINGS: '1' };
  return work({
    root,
    landfall(...argv) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...argv], {
        cwd: root,
        env,
        encoding: 'utf8',
      });
      return { status, output: `${stdout}${stderr}` };
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
  });
}

const remove = ({ root }: Run) => rmSync(dirname(root), { recursive: true });
const region = ['--region', 'eu-west-1', '--yes'];
const network = [
  '--subnets=subnet-0a1b2c3d',
  '--security-groups=sg-0a1b2c3d',
  '--execution-role=arn:aws:iam::123456789012:role/execution',
];
const origin = { '.git/config': '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n' };
const image = 'FROM scratch\nCOPY . /\n';
const web = { Dockerfile: `${image}EXPOSE 8080\n` };
const taskDefinition = JSON.stringify({
  family: 'shop',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    { name: 'proxy', image: 'nginx', essential: false },
    { name: 'app', image: 'example/shop', essential: true },
  ],
});

const workflow = '.github/workflows/deploy.yml';
const accepted: readonly (readonly [string, Folder, string])[] = [
  ['Node', { ...web, 'package.json': '{}' }, workflow],
  ['Go', { Dockerfile: image.replace('COPY', 'WORKDIR /app\nCOPY'), 'go.mod': 'module shop\n' }, workflow],
  ['Python', { ...web, 'requirements.txt': 'flask\n' }, workflow],
  ['a static site', { Dockerfile: `${image}EXPOSE 80/tcp\n`, 'index.html': '<p>' }, workflow],
  [
    'Compose with two services',
    {
      ...web,
      'compose.yml':
        'services:\n  web:\n    build: .\n    ports: ["80:8080"]\n  cache:\n    image: redis:7\n',
    },
    workflow,
  ],
  ['a worker without a port', { Dockerfile: image }, workflow],
  ['a service of a monorepo', { 'services/api/Dockerfile': image, 'README.md': '#' }, workflow],
  ['an existing workflow', { ...web, '.github/workflows/test.yml': 'on: push\n' }, workflow],
  ['an existing CircleCI', { ...web, '.circleci/config.yml': 'version: 2.1\n' }, '.circleci/landfall.yml'],
  ['an existing CodeBuild', { ...web, 'buildspec.yml': 'version: 0.2\n' }, 'buildspec.deploy.yml'],
  ['an existing task definition', { ...web, 'deploy/task.json': taskDefinition }, workflow],
];

test.each(accepted)('%s', (_, files, pipeline) => {
  inFolder({ ...files, ...origin }, (run) => {
    const { status, output } = run.landfall('init', ...region, ...network);
    expect([status, output]).toEqual([0, expect.stringContaining('Next:')]);
    const checked = run.landfall('check-manifest', '--image', 'example/shop:1');
    expect([checked.status, checked.output]).toEqual([0, expect.any(String)]);
    const text = run.read(pipeline);
    if (pipeline === workflow) {
      expect(parseProblems(text)).toEqual([]);
      const role = JSON.parse(run.read('infra/deploy-role.json')).Resources.Role.Properties;
      const { Condition } = role.AssumeRolePolicyDocument.Statement[0];
      expect(Condition.StringEquals['token.actions.githubusercontent.com:sub']).toBe(
        'repo:acme/shop:ref:refs/heads/main',
      );
    } else if (pipeline.startsWith('.circleci')) expect(orbUseProblems(text, orb)).toEqual([]);
    else expect(buildspecProblems(text)).toEqual([]);
    const again = run.landfall('init', ...region);
    expect([again.status, again.output]).toEqual([
      2,
      expect.stringContaining('nothing was written, because'),
    ]);
    expect(run.landfall('init', ...region, '--force=landfall.yml').output).not.toContain('wrote');
    remove(run);
  });
});

test.each<[string, Folder, string]>([
  ['no Dockerfile', { 'main.go': '' }, 'there is no Dockerfile and no Compose file here'],
  [
    'several Dockerfiles',
    { 'api/Dockerfile': image, 'web/Dockerfile': image },
    'there are several Dockerfiles: api/Dockerfile, web/Dockerfile',
  ],
  [
    'Compose with two images',
    {
      'compose.yml': 'services:\n  api: { build: api }\n  web: { build: web }\n',
      'api/Dockerfile': image,
      'web/Dockerfile': image,
    },
    'compose.yml builds 2 images',
  ],
])('%s is refused, and nothing is written', (_, files, message) =>
  inFolder(files, (run) => {
    const { status, output } = run.landfall('init', ...region);
    expect([status, output]).toEqual([2, expect.stringContaining(`INPUT_INVALID: ${message}`)]);
    expect(existsSync(join(run.root, 'landfall.yml'))).toBe(false);
    remove(run);
  }),
);

test('one of several Dockerfiles is chosen by a flag', () =>
  inFolder({ 'api/Dockerfile': image, 'web/Dockerfile': image }, (run) => {
    expect(run.landfall('init', ...region, ...network, '--dockerfile=api/Dockerfile').status).toBe(0);
    expect(run.read(workflow)).toContain('context: api\n');
    remove(run);
  }));
