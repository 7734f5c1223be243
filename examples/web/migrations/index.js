/**
 * The steps of the schema, oldest first; a step's number is its place in the list. A step that was released is
 * never edited: change the schema by adding one. Every step must leave a schema that the version before it can
 * still use, because old and new tasks run side by side while a deployment rolls.
 */
export const migrations = [
  {
    name: 'create-visits',
    up: `CREATE TABLE visits (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL);
         INSERT INTO visits VALUES (1, 0);`,
  },
];
