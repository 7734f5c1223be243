import type { Facts, InputFacts, PartFacts } from '../facts.ts';
import type { Source } from './source.ts';

const folder = 'site/content/docs/commands';

/** The commands of AWS Copilot, a page of its documentation each, with the flags as the library cobra prints them. */
export function cobraParts({ read, list }: Source): Facts['parts'] {
  const pages = list(folder).flatMap((path) => {
    const name = /([a-z-]+)\.en\.md$/.exec(path)?.[1];
    return name === undefined ? [] : [{ path, name: name.replace('-', ' ') }];
  });
  return Object.fromEntries(
    pages.map(({ path, name }): [string, PartFacts] => {
      const [, section = ''] =
        /^## What are the flags\?\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(read(path)) ?? [];
      const blocks = [...section.matchAll(/^```.*\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block);
      return [name, { inputs: flagsOf(blocks.join('\n')), outputs: [] }];
    }),
  );
}

/** Copilot shows the application of the folder it runs in as the default of `--app`: the page's author's own. */
function flagsOf(help: string): Readonly<Record<string, InputFacts>> {
  const flags = help.split(/\n(?= *(?:-\w, )?--)/).flatMap((block): [string, InputFacts][] => {
    const name = /^ *(?:-\w, )?(--[a-z-]+)/m.exec(block)?.[1];
    if (name === undefined || name === '--help') return [];
    const standard = /\(default "?([^")]+)"?\)/.exec(block)?.[1];
    return [
      [name, standard === undefined || standard === '[]' || name === '--app' ? {} : { default: standard }],
    ];
  });
  return Object.fromEntries(flags);
}
