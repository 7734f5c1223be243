import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { isObject } from '../../documents/canonical.ts';
import { containerFields, outputOnlyFields, registerFields } from './fields.ts';
import { unresolvedImages } from './images.ts';
import { asList, type Plain } from './plain.ts';
import { invalidTaskDefinition, kindOf } from './problems.ts';
import { namesInBoth, problemsOf } from './rules.ts';
import { withTexts } from './scalars.ts';

interface ParsedTaskDefinition {
  readonly request: RegisterTaskDefinitionRequest;
  /** What was dropped, turned into text or is unknown: a sentence each, without values. */
  readonly notes: readonly string[];
}

interface ParseOptions {
  /** Edits follow: an image may still be a placeholder (`<IMAGE1_NAME>`, `$IMAGE`), a name still in environment and secrets. */
  readonly draft?: boolean;
}

/**
 * Any document → what RegisterTaskDefinition takes. The wrapper that `aws ecs describe-task-definition` prints
 * is opened, output-only fields are dropped, everything else is kept, fields that this version does not know too.
 * @throws TASKDEF_INVALID with every problem found
 */
export function toRegisterRequest(document: unknown, options: ParseOptions = {}): ParsedTaskDefinition {
  const notes: string[] = [];
  const given = opened(document);
  const kept = withTexts(withoutOutput(given, notes), notes);
  const problems = problemsOf(kept);
  if (!options.draft) problems.push(...unresolvedImages(kept), ...namesInBoth(kept));
  if (problems.length > 0) throw invalidTaskDefinition(problems);
  const unknown = unknownFields(kept);
  if (unknown.length > 0) {
    notes.push(`kept, although unknown to this version: ${unknown.join(', ')}`);
  }
  return { request: kept as unknown as RegisterTaskDefinitionRequest, notes };
}

/** `{ taskDefinition: { … }, tags: [ … ] }` → `{ …, tags }`. */
function opened(document: unknown): Plain {
  if (!isObject(document)) {
    throw invalidTaskDefinition([`it must be an object, but the document is ${kindOf(document)}`]);
  }
  const inner = document.taskDefinition;
  if (document.containerDefinitions !== undefined || !isObject(inner)) return document;
  return Array.isArray(document.tags) && inner.tags === undefined
    ? { ...inner, tags: document.tags }
    : { ...inner };
}

function withoutOutput(given: Plain, notes: string[]): Plain {
  const dropped = Object.keys(given).filter((field) => outputOnlyFields.has(field));
  if (dropped.length > 0) notes.push(`dropped fields that only ECS sets: ${dropped.sort().join(', ')}`);
  const kept = Object.fromEntries(Object.entries(given).filter(([field]) => !outputOnlyFields.has(field)));
  // RegisterTaskDefinition refuses tags whose key starts with `aws:`; CloudFormation leaves them on a live revision.
  const tags = asList(kept.tags);
  const own = tags.filter((tag) => !(isObject(tag) && String(tag.key).toLowerCase().startsWith('aws:')));
  if (own.length === tags.length) return kept;
  const count = tags.length - own.length;
  notes.push(`dropped ${count === 1 ? 'a tag' : `${count} tags`} that only AWS may set`);
  const { tags: _, ...rest } = kept;
  return own.length > 0 ? { ...rest, tags: own } : rest;
}

function unknownFields(request: Plain): string[] {
  const top = Object.keys(request).filter((field) => !registerFields.has(field));
  const inner = asList(request.containerDefinitions).flatMap((container) =>
    isObject(container)
      ? Object.keys(container)
          .filter((field) => !containerFields.has(field))
          .map((field) => `${field} of container ${String(container.name)}`)
      : [],
  );
  return [...top, ...inner].sort();
}
