/**
 * Writes `protocol/input-types.ts` out of the schemas of the AWS SDK: `node packages/sandbox/src/testing/input-types.ts`.
 * The SDK itself would be another megabyte of every program that has the sandbox in it.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NormalizedSchema } from '@smithy/core/schema';
import type { InputType, ServiceInputs } from '../protocol/input-type.ts';
import { createWorld, type World } from '../sandbox.ts';
import { sdks } from './beside-moto/ask.ts';

const services = ['codedeploy', 'ecr', 'ecs', 'logs', 'secretsmanager', 'ssm'] as const;

/** By service, for the operations that the sandbox has of those whose requests are JSON. */
export async function inputTypes(): Promise<Readonly<Record<string, ServiceInputs>>> {
  const world = createWorld({ clock: 'virtual' });
  const found: Record<string, ServiceInputs> = {};
  for (const service of services) {
    const sdk = sdks[service][0] as unknown as Record<string, readonly unknown[]>;
    const structures: Record<string, Record<string, InputType>> = {};
    const operations: Record<string, string> = {};
    for (const name of Object.keys(sdk).sort()) {
      const operation = /^(\w+)Command$/.exec(name)?.[1];
      if (operation === undefined || !(await isThere(world, service, operation))) continue;
      const schema = sdk[`${operation}$`]![4] as Parameters<typeof NormalizedSchema.of>[0];
      const type = typeOf(NormalizedSchema.of(schema), structures);
      if (typeof type === 'string') operations[operation] = type;
    }
    const sorted = Object.fromEntries(Object.entries(structures).sort(([a], [b]) => (a < b ? -1 : 1)));
    found[service] = { operations, structures: sorted };
  }
  await world.close();
  return found;
}

const isThere = (world: World, service: string, operation: string): Promise<boolean> =>
  world.dispatch(service, operation).then(
    () => true,
    (error) => error.code !== 'UnknownOperationException',
  );

function typeOf(schema: NormalizedSchema, structures: Record<string, Record<string, InputType>>): InputType {
  if (schema.isListSchema()) return [typeOf(schema.getValueSchema(), structures)];
  if (schema.isMapSchema()) return { '*': typeOf(schema.getValueSchema(), structures) };
  if (schema.isStructSchema()) {
    const name = schema.getName(false)!;
    if (!Object.hasOwn(structures, name)) {
      const members: Record<string, InputType> = {};
      structures[name] = members;
      for (const [key, member] of Object.entries(schema.getMemberSchemas())) {
        members[key] = typeOf(member, structures);
      }
    }
    return name;
  }
  if (schema.isBooleanSchema()) return 'b';
  return schema.isNumericSchema() || schema.isTimestampSchema() ? 'n' : 's';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../protocol/input-types.ts', import.meta.url));
  const text = `// Written by testing/input-types.ts out of the schemas of the AWS SDK.
import type { ServiceInputs } from './input-type.ts';

export const inputTypes: Readonly<Record<string, ServiceInputs>> = ${JSON.stringify(await inputTypes())};
`;
  writeFileSync(file, text);
  const biome = fileURLToPath(new URL('../../../../node_modules/@biomejs/biome/bin/biome', import.meta.url));
  execFileSync(process.execPath, [biome, 'check', '--write', file], { stdio: 'inherit' });
}
