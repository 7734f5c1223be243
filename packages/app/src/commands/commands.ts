/** A command besides the operations: what `--help`, the list of commands and docs/cli.md say of it. */
interface CommandHelp {
  /** What follows `landfall `. */
  readonly usage: string;
  /** One sentence. */
  readonly description: string;
  /** Paragraphs for its own help. */
  readonly details?: readonly string[];
}

export const commandNames = [
  'help',
  'init',
  'explain',
  'iam-policy',
  'clean-up',
  'sandbox',
  'version',
] as const;
export type CommandName = (typeof commandNames)[number];

export const commands: Readonly<Record<CommandName, CommandHelp>> = {
  help: {
    usage: 'help [operation or command]',
    description: 'Shows the list of commands, or the flags of one.',
  },
  init: {
    usage: 'init [--ci <name>] [--region <name>] [--name <name>] [--force <files>] [--yes]',
    description:
      'Writes what a first deployment needs: landfall.yml, the task definition, the pipeline and the role.',
    details: [
      'It starts from the Dockerfile, Compose file or task definition of the folder, and writes the pipeline for the CI that is there. It asks for what is missing on a terminal, and takes flags elsewhere; --yes takes every default. It makes no AWS call.',
      'A file that is there is replaced only if --force names it. --dockerfile, --compose and --task-definition choose among several; --subnets, --security-groups and --execution-role fill in variables; the --trust-… flags of `iam-policy` say whom the role trusts.',
    ],
  },
  explain: {
    usage: 'explain <code>',
    description: 'Explains an error code: its meaning, remedy and exit code.',
  },
  'iam-policy': {
    usage:
      'iam-policy [operation] [--account <id>] [--region <name>] [--<name> <values>]… [--without-optional] [--trust <platform>]',
    description:
      'Prints the IAM policy an operation needs, the trust policy of its role, or a template of both.',
    details: [
      'It takes the inputs of the operation, and names of resources: --service web,api --role ecsTaskExecutionRole --log-group /ecs/web. Each is a name, an ARN or the URI of an image; separate several with commas; * and ? are wildcards. A named resource narrows the policy; anything not named becomes *. `landfall iam-policy <operation> --help` lists the names.',
      'Secret values are readable only for named secrets (--secret); --without-optional omits every permission the operation can do without.',
      '--trust github|circleci|codebuild prints who may assume the role: --trust-repository owner/name with --trust-environments or --trust-branches (and --trust-repository-ids for the immutable form of the subject), --trust-organization with --trust-projects, or --trust-projects with --account and --region. With --format cloudformation it prints a template of the role and its OpenID Connect provider, with the permissions of the operation if one is named.',
    ],
  },
  'clean-up': {
    usage: 'clean-up [operation]…',
    description: 'Runs end-of-job clean-up (such as logging out) on hosts without a post step.',
    details: ['Without an operation, it cleans up after all of them. It is safe to repeat.'],
  },
  sandbox: {
    usage: 'sandbox [options]',
    description: 'Starts a local AWS sandbox to try a pipeline without an account.',
  },
  version: { usage: 'version', description: 'Prints the version.' },
};

/** `landfall explain --help`. */
export const commandHelp = (name: CommandName): string => {
  const { usage, description, details = [] } = commands[name];
  return `${[`Usage: landfall ${usage}`, description, ...details].join('\n\n')}\n`;
};
