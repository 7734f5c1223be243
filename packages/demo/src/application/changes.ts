import type { Change, Edit } from './edit.ts';

export const breakModes = ['image', 'exit', 'health', 'migration', 'rollback'] as const;
export type BreakMode = (typeof breakModes)[number];

/** The text after which the example's list of migrations ends. */
const endOfMigrations = `VALUES (1, 0);\`,
  },
`;

const version: Edit = {
  file: 'package.json',
  from: '"version": "1.0.0"',
  to: '"version": "1.1.0"',
};

const migration = (up: string): Edit => ({
  file: 'migrations/index.js',
  from: endOfMigrations,
  to: `${endOfMigrations}  {
    name: 'note-last-visit',
    up: \`${up}\`,
  },
`,
});

const goodMigration = migration('ALTER TABLE visits ADD COLUMN last TEXT;');

/** Version 1.1.0, which needs one more column. */
const goodChange: Change = { message: 'Note the time of the last visit', edits: [version, goodMigration] };

const server = (from: string, to: string): Edit => ({ file: 'server.js', from, to });

/** The same version with the mistake of each mode. `image` is a mistake of the pipeline, not of the commit. */
const brokenChanges: Readonly<Record<BreakMode, Change>> = {
  image: goodChange,
  exit: {
    message: 'Read the address of the mail server',
    edits: [
      version,
      goodMigration,
      server(
        'const database = openDatabase();',
        `if (!process.env.MAIL_URL) {
  console.error('MAIL_URL is not set');
  process.exit(78);
}
const database = openDatabase();`,
      ),
    ],
  },
  health: {
    message: 'Listen on another port',
    edits: [version, goodMigration, server('server.listen(settings.port,', 'server.listen(9090,')],
  },
  migration: {
    message: 'Note the time of the last visit',
    edits: [version, migration('ALTER TABLE visit ADD COLUMN last TEXT;')],
  },
  rollback: {
    message: 'Keep visits in memory',
    edits: [
      version,
      goodMigration,
      server(
        'server.listen(settings.port,',
        `setTimeout(() => {
  console.error('the cache of visits is full');
  process.exit(1);
}, 4000);
server.listen(settings.port,`,
      ),
    ],
  },
};

/** The commit that follows version 1.0.0: a good one, or the one that shows a way to fail. */
export const secondChange = (mode: BreakMode | undefined): Change =>
  mode === undefined ? goodChange : brokenChanges[mode];
