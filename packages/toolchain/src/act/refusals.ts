import { stringify } from 'yaml';
import type { ActStep } from './steps.ts';

/** An action by its folder, and whether its manifest has a post step. */
export interface Action {
  readonly name: string;
  readonly post: boolean;
}

/** A workflow that starts each action once, with an input that every one of them refuses. */
export const refusalWorkflow = (actions: readonly Action[]): string =>
  stringify({
    on: 'push',
    jobs: {
      refused: {
        'runs-on': 'ubuntu-latest',
        steps: [
          { uses: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1' },
          // Not `continue-on-error`: the exit code of such a step is not in the log.
          ...actions.map(({ name }) => ({
            id: name,
            if: 'always()',
            uses: `./actions/${name}`,
            with: { 'http-proxy': 'not a proxy' },
          })),
        ],
      },
    },
  });

/** What is wrong with a run of that workflow: an action that was not started, or ended for another reason. */
export const refusalProblems = (actions: readonly Action[], steps: readonly ActStep[]): readonly string[] =>
  actions.flatMap(({ name, post }) => {
    const stepIn = (stage: ActStep['stage']) =>
      steps.find((step) => step.id === name && step.stage === stage);
    const [main, after] = [stepIn('Main'), stepIn('Post')];
    const refused = main?.exitCode === 2 && main.errors.includes('INPUT_INVALID');
    return [
      ...(refused ? [] : [`${name} did not refuse its input with INPUT_INVALID and 2: ${told(main)}`]),
      ...(post && after?.result !== 'success'
        ? [`the post step of ${name} did not succeed: ${told(after)}`]
        : []),
    ];
  });

/** How a step ended, with all that it wrote. */
export function told(step: ActStep | undefined): string {
  if (step === undefined) return 'it did not run';
  const code = step.exitCode === undefined ? '' : ` with ${step.exitCode}`;
  return [`${step.result}${code}`, ...step.lines].join('\n').replaceAll('\n', '\n  ');
}
