/** Differences that stay, and whose the mistake is, by what AWS says. */
export interface KnownDifference {
  /** The calls it is about: their beginning, `ecs RunTask` or `ecs `. */
  readonly calls: readonly string[];
  /** As in `Difference.what`, with `tasks[].cpu` and `task.cpu` both written `task.cpu`. */
  readonly what: readonly string[];
  readonly why: string;
}

export const sandbox = (...lines: readonly string[]) => lines.map((line) => `only the sandbox: ${line}`);
export const moto = (...lines: readonly string[]) => lines.map((line) => `only moto: ${line}`);
export const example = (service: string, command: string) =>
  `https://docs.aws.amazon.com/cli/latest/reference/${service}/${command}.html`;
export const reference = (service: string, operation: string) =>
  `https://docs.aws.amazon.com/${service}/latest/APIReference/API_${operation}.html`;
