interface Ending {
  exitCode?: number | string | null | undefined;
  exit(code: number): never;
  readonly stdout: { readonly writableLength: number };
  readonly stderr: { readonly writableLength: number };
}

/**
 * Ends the process with this code: by itself, when nothing is left to do; after `grace` milliseconds when
 * something still holds it (a socket that never closes). Never before what was written has gone out, or for
 * at most two more seconds when nothing reads it.
 */
export function endProcess(process: Ending, exitCode: number, grace = 500): void {
  // A crash reported before stays the result.
  const code = Number(process.exitCode ?? 0) || exitCode;
  process.exitCode = code;
  let waited = 0;
  const look = () => {
    const pending = process.stdout.writableLength + process.stderr.writableLength;
    if (pending === 0 || waited >= 2000) process.exit(code);
    waited += 50;
    // Unreferenced: it does not hold the process itself, but still fires while something else does.
    setTimeout(look, 50).unref();
  };
  setTimeout(look, grace).unref();
}
