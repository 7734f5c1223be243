/**
 * Names come from an operation's definition or from our own code, never from a user, so a bad one is a defect.
 * On GitHub a line break or `=` in a name would forge another output (the random delimiter protects values only).
 */
export function checkName(kind: 'output' | 'variable' | 'state', name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_-]{0,199}$/.test(name)) {
    throw new TypeError(
      `${JSON.stringify(name.slice(0, 100))} cannot be the name of an ${kind}`
        .replace('an variable', 'a variable')
        .replace('an state', 'a state'),
    );
  }
}
