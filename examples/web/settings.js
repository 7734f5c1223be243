import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** What the environment says; the task definition sets it. */
export const settings = {
  version,
  commit: process.env.COMMIT || 'unknown',
  port: Number(process.env.PORT || 8080),
  databaseFile: process.env.DATABASE_FILE || 'web.sqlite',
  greeting: process.env.GREETING || 'Hello',
  /** Comes from Secrets Manager. The application tells whether it is there, never what it is. */
  sessionKey: process.env.SESSION_KEY || '',
};

/** Opens the database. Several tasks share the file, so a writer waits for another up to five seconds. */
export function openDatabase() {
  const database = new DatabaseSync(settings.databaseFile, { timeout: 5000 });
  database.exec('CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL, applied TEXT NOT NULL)');
  return database;
}

/** The number of the last migration that was applied; 0 for an empty database. */
export const schemaVersion = (database) =>
  database.prepare('SELECT coalesce(max(version), 0) AS version FROM schema').get().version;
