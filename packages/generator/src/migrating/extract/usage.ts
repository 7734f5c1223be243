import type { Facts, InputFacts } from '../facts.ts';
import type { Source } from './source.ts';

/** The flags of sil-org/ecs-deploy, as the script's own help lists them. */
export function usageParts({ read }: Source): Facts['parts'] {
  const [, help = ''] = /function usage\(\) \{\n([\s\S]*?)^EOM/m.exec(read('ecs-deploy')) ?? [];
  const flags = help.matchAll(/^ {4}(?:-\w+ \| {1,8}| +)?(--[a-z-]+) {2,}(.*)$/gm);
  return {
    '': {
      inputs: Object.fromEntries(
        [...flags].map(([, name = '', text = '']): [string, InputFacts] => {
          const standard = /Default is (\w+)\./.exec(text)?.[1];
          return [name, standard === undefined || standard === 'false' ? {} : { default: standard }];
        }),
      ),
      outputs: [],
    },
  };
}
