import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RecordedDocker {
  /** PATH with this docker in front. */
  readonly env: Readonly<Record<string, string>>;
  calls(): readonly (readonly string[])[];
}

/** A `docker` that notes its arguments and does what the script says: for what it is called with, not what it does. */
export function recordedDocker(script = ''): RecordedDocker {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-docker-'));
  const record = join(folder, 'calls');
  const program = join(folder, 'docker');
  // A call is a line, an argument ends with the separator of units.
  writeFileSync(
    program,
    `#!/bin/sh\n{ for argument in "$@"; do printf '%s\\037' "$argument"; done; echo; } >> '${record}'\n${script}\n`,
  );
  chmodSync(program, 0o755);
  return {
    env: { PATH: `${folder}:${process.env.PATH}` },
    calls: () => {
      const text = existsSync(record) ? readFileSync(record, 'utf8') : '';
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\u001f').slice(0, -1));
    },
  };
}
