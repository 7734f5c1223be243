import type { BuildValues } from '../../image/build/build-request.ts';
import type { ImageNames } from '../../image/tags/name-image.ts';
import type { BuildTarget } from './build-target.ts';

/** One image of a file, with all that its build is given and the names it gets. */
export interface TargetBuild {
  readonly target: BuildTarget;
  readonly values: BuildValues;
  readonly names: ImageNames;
}
