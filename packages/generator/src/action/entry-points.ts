import type { Definition } from '../definition/definition.ts';

/**
 * The whole code of an action. The bundle stands beside `actions/` on release refs; every action shares it, so
 * that the second step of a job finds it in the compile cache.
 */
export const entryPoints = ({ name, cleanUp }: Definition): ReadonlyMap<string, string> =>
  new Map([
    ['main.js', `import { action } from '../../dist/action.js';\n\nawait action('${name}');\n`],
    ...(cleanUp
      ? ([['post.js', `import { post } from '../../dist/action.js';\n\nawait post('${name}');\n`]] as const)
      : []),
  ]);
