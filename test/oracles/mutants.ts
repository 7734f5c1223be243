import { type Missing, noPython, onlyRoot } from '../runner/requirements.ts';

/**
 * A defect that no timeline shows, put into a copy of the repository, and who must detect it: a third-party
 * program.
 */
interface OracleMutant {
  /** What is then wrong. */
  readonly name: string;
  readonly oracle: Oracle;
  /** One place in one file, which must be there exactly once. */
  readonly file: string;
  readonly replace: string;
  readonly by: string;
}

export interface Oracle {
  /** Whose word it is. */
  readonly name: string;
  /** What asks it, in the root of the repository: it ends with 0 when nothing is wrong. */
  readonly argv: readonly string[];
  /** Why it cannot be asked on this machine. */
  readonly missing?: Missing;
}

const jest = (path: string): readonly string[] => [
  process.execPath,
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--runTestsByPath',
  path,
];

const gitHub: Oracle = {
  name: "GitHub's own parser of actions",
  argv: [
    process.execPath,
    '--no-warnings',
    '--input-type=module',
    '--eval',
    "const { workflowParts } = await import('./packages/toolchain/src/check/workflows.ts'); await workflowParts[0].run(process.cwd())",
  ],
};
const cmark: Oracle = {
  name: 'cmark-gfm',
  argv: jest('test/hosts/summary-markdown.test.ts'),
  missing: noPython,
};
const shell: Oracle = {
  name: 'bash, on a full disk',
  argv: jest('test/hosts/disk-full.test.ts'),
  missing: onlyRoot,
};
const models: Oracle = {
  name: "AWS's models of its APIs",
  argv: jest('packages/sandbox/src/testing/beside-models/beside-models.test.ts'),
};
const enumerations: Oracle = { name: "AWS's enumerations", argv: jest('test/mirrors/mirrors.test.ts') };

export const oracleMutants: readonly OracleMutant[] = [
  {
    name: 'an expression in a description keeps GitHub from loading an action',
    oracle: gitHub,
    file: 'actions/build-push/action.yml',
    replace: "description: 'The proxy for AWS",
    by: "description: '${{ github.sha }} The proxy for AWS",
  },
  {
    name: 'Markdown of somebody else beside an address in a summary',
    oracle: cmark,
    file: 'packages/report/src/summary/escape-markdown.ts',
    replace: '.map((part, index) => (index % 2 === 1 ? linked(part) : escapeText(part)))',
    by: '.map((part) => (/https?:/.test(text) ? part : escapeText(part)))',
  },
  {
    name: 'half an output, when the disk is full, is an open quote',
    oracle: shell,
    file: 'packages/hosts/src/machine/append-whole.ts',
    replace: 'while (written < bytes.length) {',
    by: 'while (written === 0) {',
  },
  {
    name: 'the sandbox takes requests that AWS refuses',
    oracle: models,
    file: 'packages/sandbox/src/models/check-request.ts',
    replace: 'if (violations.length > 0) throw',
    by: 'if (violations.length > 1000) throw',
  },
  {
    name: 'an input lacks a value that AWS has',
    oracle: enumerations,
    file: 'packages/core/src/run-task/inputs.ts',
    replace: "choice(['EC2', 'FARGATE', 'EXTERNAL']",
    by: "choice(['EC2', 'FARGATE']",
  },
];
