/** The environment variables that carry inputs and outputs where a host has no inputs and outputs of its own. */
import { snakeCase } from './input.ts';

const upperCase = (name: string) => snakeCase(name).toUpperCase();

/** `task-definition` → `LANDFALL_TASK_DEFINITION`: what an operation reads an input from. */
export const inputVariable = (name: string) => `LANDFALL_${upperCase(name)}`;

/**
 * `task-definition` → `LANDFALL_PARAM_TASK_DEFINITION`: what a command of the orb hands a parameter over in. It is
 * never part of a command line: `<< parameters.x >>` inside a script would let a branch name become code.
 */
export const parameterVariable = (name: string) => `LANDFALL_PARAM_${upperCase(name)}`;

/**
 * `task-definition` → `LANDFALL_OUT_TASK_DEFINITION`: what later steps get an output in. No operation reads it by
 * itself, so that the `tags` that one build pushed never become the `tags` that the next one should push.
 */
export const outputVariable = (name: string) => `LANDFALL_OUT_${upperCase(name)}`;
