/**
 * What AWS's own model of an API says of the requests of the operations that the sandbox has. Written out of the
 * package `botocore` by `npm run models`.
 */
export interface ApiModel {
  /** Where it comes from: `botocore 1.44.8 ecs 2014-11-13`. */
  readonly source: string;
  readonly operations: Readonly<Record<string, OperationModel>>;
  /** By name, because some hold themselves. */
  readonly shapes: Readonly<Record<string, Shape>>;
}

export interface OperationModel {
  /** The name of the structure of the request; absent where the operation takes nothing. */
  readonly input?: string;
  /** The errors that the operation declares, by the names that a client sees. */
  readonly errors?: readonly string[];
}

/**
 * What a member is: `s`tring (a blob too, as base64), `n`umber (a timestamp too), `b`oolean, where nothing bounds it;
 * otherwise the name of a shape.
 */
export type ShapeName = string;

/** A structure, list, map, string or number. Bounds are of a string's length, a list's or map's size, a number's value. */
export interface Shape {
  readonly members?: Readonly<Record<string, ShapeName>>;
  readonly required?: readonly string[];
  readonly list?: ShapeName;
  /** The key's shape and the value's. */
  readonly map?: readonly [ShapeName, ShapeName];
  readonly type?: 's' | 'n';
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  /** A secret: its value must not be shown. */
  readonly sensitive?: true;
}
