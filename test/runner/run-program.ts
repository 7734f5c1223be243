import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

type Program = ChildProcessByStdio<null, Readable, Readable>;

export interface ProgramResult {
  readonly exitCode: number | null;
  /** stdout and stderr in the order in which they came. */
  readonly output: string;
  readonly killed: boolean;
}

/** Hears a program to its end; its process group is killed as soon as it has printed `killAt`, as a host cancels a job. */
export async function runProgram(child: Program, killAt?: string): Promise<ProgramResult> {
  let output = '';
  let killed = false;
  const hear = (part: string) => {
    output += part;
    if (killAt !== undefined && !killed && output.includes(killAt)) {
      killed = true;
      process.kill(-child.pid!, 'SIGKILL');
    }
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const exitCode = await new Promise<number | null>((settle, fail) => {
    child.on('error', fail);
    child.on('close', settle);
  });
  return { exitCode, output, killed };
}
