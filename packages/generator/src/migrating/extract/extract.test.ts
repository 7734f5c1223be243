import { expect, test } from '@jest/globals';
import { actionParts } from './action.ts';
import { clickParts } from './click.ts';
import { cobraParts } from './cobra.ts';
import { kongParts } from './kong.ts';
import { orbParts } from './orb.ts';
import type { Source } from './source.ts';
import { usageParts } from './usage.ts';

const source = (files: Readonly<Record<string, string>>): Source => ({
  read: (path) => files[path] ?? '',
  list: (folder) => Object.keys(files).filter((path) => folder === '.' || path.startsWith(`${folder}/`)),
});

test('an action.yml: inputs with their defaults, and outputs', () => {
  const file = `
inputs:
  ship: { description: The ship., required: true }
  speed: { description: How fast., required: true, default: 5 }
  flag: { description: Which flag. }
outputs:
  port: { description: Where it is. }
`;
  expect(actionParts(source({ 'action.yml': file }))).toEqual({
    '': { inputs: { ship: { required: true }, speed: { default: '5' }, flag: {} }, outputs: ['port'] },
  });
});

test('an orb: its commands, and its jobs by another name', () => {
  const parameters = 'parameters:\n  ship: { type: string }\n  deck: { type: boolean, default: false }\n';
  const files = { 'src/commands/sail.yml': parameters, 'src/jobs/sail.yml': 'parameters: {}' };
  expect(orbParts(source(files))).toEqual({
    sail: { inputs: { ship: { required: true }, deck: { default: 'false' } }, outputs: [] },
    'job sail': { inputs: {}, outputs: [] },
  });
});

test('kong: flags of every command under no name, and a command for each field', () => {
  const cli = `
type CLIOptions struct {
	RoleARN string \`help:"the role" default:"" env:"ROLE"\`

	Sail *SailOption \`cmd:"" help:"sail"\`
	Stop struct{}    \`cmd:"" help:"stop"\`
}
`;
  const sail = `
type SailOption struct {
	DryRun bool     \`help:"dry run" default:"false"\`
	Wait   bool     \`help:"wait" default:"true" negatable:""\`
	Knots  *int32   \`name:"speed" help:"how fast" required:""\`
	Ports  []string \`arg:"" help:"where to"\`
}
`;
  expect(kongParts(source({ 'cli.go': cli, 'sail.go': sail }))).toEqual({
    '': { inputs: { '--role-arn': {} }, outputs: [] },
    sail: {
      inputs: {
        '--dry-run': { default: 'false' },
        '--[no-]wait': { default: 'true' },
        '--speed': { required: true },
        '<ports>': {},
      },
      outputs: [],
    },
    stop: { inputs: {}, outputs: [] },
  });
});

test('click: arguments and options of each command', () => {
  const cli = `
@click.command()
@click.argument('ship')
@click.option('-s', '--speed', default=5, type=int, help='How fast')
@click.option('--wait/--no-wait', default=False, help='Wait')
def sail(ship, speed, wait):
    pass
`;
  expect(clickParts(source({ 'ecs_deploy/cli.py': cli }))).toEqual({
    sail: {
      inputs: { '<ship>': { required: true }, '--speed': { default: '5' }, '--wait/--no-wait': {} },
      outputs: [],
    },
  });
});

test('cobra: the flags of each page, whose descriptions may have lines of their own', () => {
  const page = `# sea sail
## What are the flags?
\`\`\`
  -n, --name string   The name.
                      Not with --all.
      --all           All of them.
  -h, --help          help for sail
      --speed int     Optional. How fast. (default 5)
\`\`\`
## Examples
`;
  expect(cobraParts(source({ 'site/content/docs/commands/sea-sail.en.md': page }))).toEqual({
    'sea sail': { inputs: { '--name': {}, '--all': {}, '--speed': { default: '5' } }, outputs: [] },
  });
});

test('a help text: the long name of each flag', () => {
  const script = `function usage() {
    cat <<EOM
    -n | --name          The name
    --limit              Default is 90s. How long.
    -to | --tag-only     The tag
         --version       The version
EOM
}`;
  expect(usageParts(source({ 'ecs-deploy': script }))).toEqual({
    '': {
      inputs: { '--name': {}, '--limit': { default: '90s' }, '--tag-only': {}, '--version': {} },
      outputs: [],
    },
  });
});
