import type { Facts, InputFacts, PartFacts } from '../facts.ts';
import type { Source } from './source.ts';

/** The commands of fabfuel/ecs-deploy: functions decorated by the Python library click. */
export function clickParts({ read }: Source): Facts['parts'] {
  const commands = read('ecs_deploy/cli.py').matchAll(/^@click\.command\(\)\n((?:@.*\n)+)def (\w+)\(/gm);
  return Object.fromEntries(
    [...commands].map(([, decorators = '', name = '']): [string, PartFacts] => [
      name,
      { inputs: Object.fromEntries(decorators.split('\n').flatMap(inputOf)), outputs: [] },
    ]),
  );
}

function inputOf(decorator: string): readonly [string, InputFacts][] {
  const [, kind, list = ''] = /^@click\.(argument|option)\((.*)\)$/.exec(decorator) ?? [];
  if (kind === undefined) return [];
  const names = [...(/^(?:'[^']+'(?:, )?)+/.exec(list)?.[0].matchAll(/'([^']+)'/g) ?? [])].map(
    ([, name = '']) => name,
  );
  const standard = /\bdefault=(?:"([^"]*)"|([\w.-]+))/.exec(list);
  const value = standard?.[1] ?? standard?.[2];
  const facts = value === undefined || value === 'False' ? {} : { default: clickValue(value) };
  if (kind === 'argument') return [[`<${names[0]}>`, value === undefined ? { required: true } : facts]];
  return [[names.at(-1) ?? '', facts]];
}

/** Constants of the program's own, by their values. */
const clickValue = (value: string) => (value === 'LAUNCH_TYPE_EC2' ? 'EC2' : value);
