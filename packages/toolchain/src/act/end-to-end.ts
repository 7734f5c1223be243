import { parse, stringify } from 'yaml';

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}
interface Step {
  readonly run?: string;
}

/** What makes the files that the check has already. */
const preparation = ['npm ci', 'npm run build'];
/** Where the workflow has its sandboxes on a machine of its own. */
const ports = [4580, 4581];

/** The end-to-end workflow for a folder that holds the dependencies and the bundle, with its sandboxes on other ports. */
export function endToEndWorkflow(text: string, otherPorts: readonly number[]): string {
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs).map(([name, job]) => {
    const steps = job.steps.filter(({ run }) => run === undefined || !preparation.includes(run));
    if (steps.length !== job.steps.length - preparation.length)
      throw new Error(`The job ${name} has not the steps ${preparation.join(' and ')}.`);
    return [name, { ...job, steps }];
  });
  return ports.reduce(
    (all, port, index) => {
      const [before, after] = [`127.0.0.1:${port}`, `127.0.0.1:${otherPorts[index]}`];
      if (!all.includes(before)) throw new Error(`The workflow has no sandbox on port ${port}.`);
      return all.replaceAll(before, after);
    },
    stringify({ ...workflow, jobs: Object.fromEntries(jobs) }),
  );
}
