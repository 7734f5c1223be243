import model from './api-model.json' with { type: 'json' };

/**
 * A part of AWS's own model of ECS: a `s`tring, `n`umber or `b`oolean that nothing bounds; otherwise the name of a
 * shape. A structure without members takes anything.
 */
export interface ApiShape {
  readonly members?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  readonly list?: string;
  readonly map?: readonly string[];
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

/** The requests that service definitions and parts of a manifest have, by the name of their operation. */
export const apiRequests = model.operations;

export const apiShapes: Readonly<Record<string, ApiShape>> = model.shapes;
