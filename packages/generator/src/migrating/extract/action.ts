import { parse } from 'yaml';
import type { Facts } from '../facts.ts';
import type { Source } from './source.ts';

interface Manifest {
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean; readonly default?: unknown }>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The inputs and outputs of an action, as its `action.yml` has them. */
export function actionParts({ read }: Source): Facts['parts'] {
  const { inputs = {}, outputs = {} } = parse(read('action.yml')) as Manifest;
  return {
    '': {
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, { required, default: standard }]) => [
          name,
          {
            ...(required && standard === undefined && { required }),
            ...(standard !== undefined && { default: String(standard) }),
          },
        ]),
      ),
      outputs: Object.keys(outputs),
    },
  };
}
