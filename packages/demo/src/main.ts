import { describe } from '@landfall/core/errors/describe';
import { type DemoArguments, parseArguments, usage } from './arguments.ts';
import { createPage } from './page/page.ts';
import { runDemo } from './run-demo.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  let given: DemoArguments;
  try {
    given = parseArguments(argv);
  } catch (error) {
    console.error(`${describe(error)}\n\n${usage}`);
    return 2;
  }
  if (given.help) {
    console.log(usage);
    return 0;
  }
  const interrupt = new AbortController();
  const page = createPage(
    (text) => void process.stdout.write(text),
    process.stdout.isTTY === true && !process.env.NO_COLOR,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) return;
      interrupt.abort();
      page.failed('Interrupted. Cleaning up.');
    });
  }
  try {
    return await runDemo(given, page, interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    page.failed(describe(error));
    return 1;
  }
}
