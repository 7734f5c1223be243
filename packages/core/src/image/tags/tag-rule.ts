import { csvFields } from '../../inputs/csv-fields.ts';
import { near } from '../../inputs/near.ts';
import { type ImageReference, parseImageReference } from '../reference/image-reference.ts';
import { parseTemplate, placeholderNames, type Template, withoutPlaceholders } from './tag-template.ts';
import { isTimeZone, timeFormatProblem } from './time-format.ts';

/** The kinds of rule, each with the attributes it takes besides the common ones. */
const kinds = {
  raw: ['value'],
  sha: ['format', 'length'],
  ref: ['event'],
  semver: ['pattern', 'value', 'match'],
  pep440: ['pattern', 'value', 'match'],
  match: ['pattern', 'group', 'value'],
  edge: ['branch'],
  schedule: ['pattern'],
  'build-id': [],
  time: ['format', 'tz'],
} as const satisfies Record<string, readonly string[]>;
const common = ['prefix', 'suffix', 'enable', 'priority'];

export type TagKind = keyof typeof kinds;
const tagKinds = Object.keys(kinds) as TagKind[];

/** What a semver or pep440 pattern may contain. */
const versionParts = ['version', 'major', 'minor', 'patch', 'raw'];

export interface TagRule {
  readonly kind: TagKind;
  /** As written, for messages. */
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly prefix: Template;
  readonly suffix: Template;
  readonly enable?: Template;
  /** The value of `raw`, the pattern of `semver`, `pep440` and `schedule`. */
  readonly template: Template;
  /** What `semver`, `pep440` and `match` read instead of the tag of the commit. */
  readonly value?: Template;
  /** Written as `type=…`: the defaults are then those of docker/metadata-action. */
  readonly typed: boolean;
  /** Set where the line is a whole reference, `registry/repository:tag`. */
  readonly target?: Pick<ImageReference, 'registry' | 'repository'>;
}

type ParsedRules =
  | { readonly ok: true; readonly rules: readonly TagRule[] }
  | { readonly ok: false; readonly problem: string };

/**
 * One rule per line: a kind with attributes (`sha,format=long`, `type=semver,pattern={{version}}`), or the
 * tag itself, in which `{{sha}}` or `<sha>` may stand for a fact, alone or after `registry/repository:`. A
 * line without "=" may list several, separated by commas; one that starts with "#" is skipped.
 */
export function parseTagRules(lines: readonly string[]): ParsedRules {
  const rules: TagRule[] = [];
  const written = lines.filter((one) => !one.trimStart().startsWith('#'));
  for (const line of written.flatMap((one) => (one.includes('=') ? [one] : one.split(',')))) {
    const text = line.trim();
    if (text === '') continue;
    const rule = parseRule(text);
    if ('problem' in rule)
      return { ok: false, problem: `holds "${text.slice(0, 200)}", which ${rule.problem}` };
    rules.push(rule);
  }
  return { ok: true, rules };
}

function parseRule(text: string): TagRule | { problem: string } {
  if (text.startsWith('-')) return { problem: 'starts with "-"; a tag starts with a letter, a digit or _' };
  const fields = csvFields(text);
  if (!fields) return { problem: 'has a double quote that is not closed' };
  const typed = fields[0]!.startsWith('type=');
  const name = typed ? fields[0]!.slice('type='.length) : fields[0]!;
  if (Object.hasOwn(kinds, name)) return parseKind(name as TagKind, fields.slice(1), text, typed);
  if (typed || fields.length > 1)
    return { problem: `does not name a kind of rule (${tagKinds.join(', ')})${near(name, tagKinds)}` };
  return parseLiteral(text);
}

function parseKind(
  kind: TagKind,
  fields: readonly string[],
  text: string,
  typed: boolean,
): TagRule | { problem: string } {
  const known: readonly string[] = [...kinds[kind], ...common];
  const attributes: Record<string, string> = Object.create(null);
  for (const field of fields) {
    const at = field.indexOf('=');
    if (at < 0 && kind === 'raw') {
      attributes.value = field;
      continue;
    }
    if (at < 0) return { problem: `has "${field}", which is not name=value` };
    const name = field.slice(0, at).trim();
    if (!known.includes(name))
      return { problem: `has the attribute "${name}", which ${kind} does not accept${near(name, known)}` };
    attributes[name] = field.slice(at + 1).trim();
  }
  const problem = attributeProblem(kind, attributes);
  if (problem) return { problem };
  const parts = {
    prefix: attributes.prefix ?? (typed && kind === 'sha' ? 'sha-' : ''),
    suffix: attributes.suffix ?? '',
    enable: attributes.enable ?? '',
    template: templateOf(kind, attributes),
    value: attributes.value ?? '',
  };
  const templates: Record<string, Template> = {};
  for (const [part, source] of Object.entries(parts)) {
    const parsed = parseTemplate(
      source,
      part === 'template' && (kind === 'semver' || kind === 'pep440') ? versionParts : [],
    );
    if ('problem' in parsed) return parsed;
    const bad = part === 'enable' || part === 'value' ? undefined : badCharacter(source);
    if (bad) return { problem: bad };
    templates[part] = parsed.template;
  }
  const { prefix, suffix, template, enable, value } = templates as Record<keyof typeof parts, Template>;
  return {
    kind,
    text,
    attributes,
    prefix,
    suffix,
    template,
    typed,
    ...(attributes.enable !== undefined && { enable }),
    ...(attributes.value && { value }),
  };
}

const templateOf = (kind: TagKind, attributes: Readonly<Record<string, string>>) =>
  kind === 'raw'
    ? (attributes.value ?? '')
    : kind === 'semver' || kind === 'pep440'
      ? (attributes.pattern ?? '{{version}}')
      : kind === 'schedule'
        ? (attributes.pattern ?? 'nightly')
        : '';

function attributeProblem(kind: TagKind, given: Readonly<Record<string, string>>): string | undefined {
  if (kind === 'raw' && !given.value) return 'needs a value';
  const long = kind === 'raw' ? tooLong(given.value!) : undefined;
  if (long) return long;
  if (kind === 'sha' && given.format !== undefined && !['short', 'long'].includes(given.format))
    return `has format=${given.format}; it is short or long`;
  if (given.length !== undefined && !/^(?:[7-9]|[1-3]\d|40)$/.test(given.length))
    return `has length=${given.length}; it is from 7 to 40`;
  if (kind === 'ref' && given.event !== undefined && !['branch', 'tag', 'pr'].includes(given.event))
    return `has event=${given.event}; it is branch, tag or pr`;
  if (kind === 'match') return matchProblem(given);
  const matched = given.match === undefined ? undefined : expressionProblem(given.match);
  if (matched) return matched;
  if (given.tz !== undefined && !isTimeZone(given.tz)) return `names the unknown time zone "${given.tz}"`;
  const format =
    kind === 'time'
      ? (badCharacter((given.format ?? '').replace(/[[\]]/g, '')) ?? timeFormatProblem(given.format ?? ''))
      : undefined;
  if (format) return format;
  if (given.priority !== undefined && !/^\d{1,6}$/.test(given.priority))
    return `has priority=${given.priority}; it is a whole number`;
  return undefined;
}

function matchProblem(given: Readonly<Record<string, string>>): string | undefined {
  if (!given.pattern) return 'needs a pattern';
  if (given.group !== undefined && !/^\d{1,2}$/.test(given.group))
    return `has group=${given.group}; it is a whole number`;
  return expressionProblem(given.pattern);
}

function expressionProblem(pattern: string): string | undefined {
  try {
    expressionOf(pattern);
    return undefined;
  } catch (thrown) {
    return `has a pattern that is not a regular expression: ${(thrown as Error).message}`;
  }
}

/** metadata-action lets a pattern stand between slashes, flags after them. */
export function expressionOf(pattern: string): RegExp {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/.exec(pattern) ?? [];
  return new RegExp(source ?? pattern, flags?.replace(/[gy]/g, ''));
}

function parseLiteral(text: string): TagRule | { problem: string } {
  const at = referenceEnd(text);
  const target = at === undefined ? undefined : parseImageReference(text.slice(0, at));
  if (target && !target.ok) return { problem: target.problem };
  const value = at === undefined ? text : text.slice(at + 1) || (text.endsWith(':') ? '' : 'latest');
  if (value === '') return { problem: 'ends with ":" and no tag' };
  const template = parseTemplate(value);
  if ('problem' in template) return template;
  if (target === undefined && placeholderNames.includes(value.replaceAll('_', '-')))
    return {
      problem: `is a literal tag: write {{${value}}} for its value, or raw,value=${value}`,
    };
  const bad = badCharacter(value) ?? tooLong(value);
  if (bad) return { problem: bad };
  if (typeof template.template[0] === 'string' && /^[.-]/.test(value))
    return { problem: `starts its tag with "${value[0]}"; a tag starts with a letter, a digit or _` };
  const base = { kind: 'raw', text, attributes: { value }, prefix: [], suffix: [], typed: false } as const;
  return { ...base, template: template.template, ...(target?.ok && { target: target.reference }) };
}

/** Where the name of a whole reference ends (at the colon before its tag, or the end); undefined for a mere tag. */
function referenceEnd(text: string): number | undefined {
  const plain = withoutPlaceholders(text);
  if (!plain.includes('/')) return undefined;
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
  return colon < 0 ? text.length : colon;
}

function badCharacter(text: string): string | undefined {
  const bad = /[^A-Za-z0-9_.-]/u.exec(withoutPlaceholders(text));
  return bad ? `holds ${JSON.stringify(bad[0])}; a tag has only letters, digits, . _ and -` : undefined;
}

/** What is written out is not cut: two tags that differ in their end would become one. */
const tooLong = (text: string) =>
  withoutPlaceholders(text).length > 128
    ? 'is longer than 128 characters, the most that a tag may have'
    : undefined;
