/**
 * `npm run check`: everything that must hold, in one command. A line per part; what is wrong stands under its line.
 * The tests come last, then what each part took; the count of the tests is the last line.
 */
import { fileURLToPath } from 'node:url';
import { actParts } from './act.ts';
import { buildspecParts } from './buildspecs.ts';
import { conformancePart } from './conformance.ts';
import { distPart } from './dist.ts';
import { examplesPart } from './examples.ts';
import { modelsPart } from './models.ts';
import { orbPart } from './orb.ts';
import { durationTable, type Part, type Took } from './part.ts';
import { evaluationPart, policiesPart } from './policies.ts';
import { sourceParts } from './sources.ts';
import { buildxPart, clientsPart } from './test-tools.ts';
import { runTests } from './tests.ts';
import { workflowParts } from './workflows.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const parts: readonly Part[] = [
  ...sourceParts,
  ...workflowParts,
  orbPart,
  ...buildspecParts,
  examplesPart,
  modelsPart,
  policiesPart,
  evaluationPart,
  distPart,
  ...actParts,
  conformancePart,
  buildxPart,
  clientsPart,
];

const took: Took[] = [];

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    took.push({ name, milliseconds: performance.now() - start });
  }
}

async function check(part: Part): Promise<boolean> {
  try {
    const found = await timed(part.name, () => part.run(root));
    console.log(`✓ ${part.name}: ${found} ${seconds()}`);
    return true;
  } catch (thrown) {
    console.log(`✗ ${part.name} ${seconds()}`);
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    console.log(text.trimEnd().replace(/^/gm, '    '));
    return false;
  }
}

/** Of the part that was last. */
const seconds = () => `(${(took.at(-1)!.milliseconds / 1000).toFixed(1)} s)`;

let failed = 0;
for (const part of parts) if (!(await check(part))) failed += 1;
console.log(
  failed === 0 ? '✓ all parts; now the tests' : `✗ ${failed} of ${parts.length} parts failed; now the tests`,
);
const tests = await timed('the tests', () => runTests(root));
for (const line of [...tests.lines.slice(0, -1), ...durationTable(took), ...tests.lines.slice(-1)])
  console.log(line);
process.exitCode = failed > 0 || tests.code !== 0 ? 1 : 0;
