/**
 * Brings the database to the schema of this version: `node migrate.js`. Safe to run again and safe to run twice
 * at once. Exit code 0: the schema is up to date; 1: a step failed, and nothing of that step was kept.
 */
import { migrations } from './migrations/index.js';
import { openDatabase, schemaVersion, settings } from './settings.js';

const database = openDatabase();
console.log(`migrate: web ${settings.version}, schema ${schemaVersion(database)} of ${migrations.length}`);

for (const [index, { name, up }] of migrations.entries()) {
  const number = index + 1;
  // The lock is taken before the version is read, so that a second migration waits and then finds nothing to do.
  database.exec('BEGIN IMMEDIATE');
  try {
    if (schemaVersion(database) >= number) {
      database.exec('ROLLBACK');
      continue;
    }
    const start = performance.now();
    database.exec(up);
    database.prepare('INSERT INTO schema VALUES (?, ?)').run(number, new Date().toISOString());
    database.exec('COMMIT');
    console.log(`migrate: ${number} ${name}: done in ${Math.ceil(performance.now() - start)} ms`);
  } catch (error) {
    database.exec('ROLLBACK');
    console.error(`migrate: ${number} ${name}: ${error.message}`);
    console.error(`migrate: stopped; the schema stays at ${schemaVersion(database)}`);
    process.exit(1);
  }
}
console.log(`migrate: the schema is at ${schemaVersion(database)}`);
