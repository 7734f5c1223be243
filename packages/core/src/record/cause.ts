/** Why tasks stopped, and which of them stopped for this reason. */
export interface Cause {
  readonly sentence: string;
  readonly remedy: string;
  /** It does not resolve by itself. */
  readonly permanent: boolean;
  /** What kind of stop it was: `image`, `start`, `exit`, … */
  readonly class: string;
  /** The tasks, by the first part of their ids. */
  readonly tasks: readonly string[];
  readonly container?: string | undefined;
}

const longest = 400;

export const causeLine = ({ sentence: whole, tasks }: Pick<Cause, 'sentence' | 'tasks'>) => {
  const line = whole.replace(/\s+/g, ' ');
  const sentence = line.length > longest ? `${line.slice(0, longest)}…` : line;
  return tasks.length === 1
    ? `task ${tasks[0]}: ${sentence}`
    : `${tasks.length} tasks (${tasks.slice(0, 3).join(', ')}${tasks.length > 3 ? ', …' : ''}): ${sentence}`;
};
