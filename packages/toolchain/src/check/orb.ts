import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { orbUseProblems } from '../examples/orb-uses.ts';
import { packOrb } from '../orb/pack.ts';
import { reviewOrb } from '../orb/review.ts';
import { run } from '../tools/run.ts';
import { tool } from '../tools/tools.ts';
import { Failure, failWith, type Part } from './part.ts';

export const orbSource = 'orbs/landfall/src';

export const orbPart: Part = {
  name: 'orb',
  async run(root) {
    const folder = join(root, orbSource);
    const orb = await packOrb(folder);
    const files = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.yml'));
    failWith(reviewOrb(orb, files));
    const { code, output } = await validConfig(root, configs(orb));
    if (code !== 0) throw new Failure(output);
    const uses = Object.entries(orb.examples as Record<string, { usage: unknown }>).flatMap(
      ([name, { usage }]) =>
        orbUseProblems(stringify(usage), orb).map((problem) => `examples/${name}: ${problem}`),
    );
    failWith(uses);
    const count = (section: string) => Object.keys((orb[section] ?? {}) as object).length;
    return `packs; ${count('commands')} commands, ${count('jobs')} jobs and ${count('examples')} examples are valid`;
  },
};

/** The schema knows configs, not orbs: the orb is checked as an inline orb, and each example as the config it is. */
function configs(orb: Record<string, unknown>): ReadonlyMap<string, string> {
  const { version, description, display, examples, ...inline } = orb;
  const whole = {
    version: 2.1,
    orbs: { landfall: inline },
    workflows: { all: { jobs: ['landfall/deploy'] } },
  };
  const usages = Object.entries(examples as Record<string, { usage: unknown }>);
  return new Map([
    ['orb.yml', stringify(whole)],
    ...usages.map(([name, { usage }]) => [`example-${name}.yml`, stringify(usage)] as const),
  ]);
}

/** Checks configs against the schema of their CI host. */
export async function validConfig(
  root: string,
  texts: ReadonlyMap<string, string>,
  schema: 'circle-ci' | 'gitlab-ci' = 'circle-ci',
) {
  const schemas = await tool(root, 'check-jsonschema');
  const folder = await mkdtemp(join(tmpdir(), 'landfall-orb-'));
  try {
    for (const [name, text] of texts) await writeFile(join(folder, name), text);
    return await run(schemas, ['--verbose', '--builtin-schema', `vendor.${schema}`, ...texts.keys()], {
      cwd: folder,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
