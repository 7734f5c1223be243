import { near } from '../inputs/near.ts';
import type { CommitFacts, RunFacts } from '../world/host.ts';
import { formatTime, isTimeZone, timeTokens } from './time-format.ts';

/** What a tag may be made of. */
export interface TagFacts {
  readonly commit: CommitFacts;
  readonly run: RunFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Placeholder {
  readonly name: string;
  /** `date` only: the format and the time zone. */
  readonly format?: string;
  readonly timeZone?: string;
}
export type TemplatePart = string | Placeholder;
export type Template = readonly TemplatePart[];

const shortLength = 7;

/** Both spellings (`build-id`, `build_id`) mean the same. */
const values: Readonly<Record<string, (facts: TagFacts) => string | undefined>> = {
  sha: ({ commit }) => commit.sha?.slice(0, shortLength),
  'long-sha': ({ commit }) => commit.sha,
  branch: ({ commit }) => commit.branch,
  tag: ({ commit }) => commit.tag,
  ref: ({ commit }) => commit.tag ?? commit.branch,
  pr: ({ commit }) => commit.pullRequest?.toString(),
  'base-ref': ({ commit }) => commit.baseBranch,
  'build-id': ({ run }) => run.number ?? run.id,
  'run-id': ({ run }) => run.id,
  attempt: ({ run }) => run.attempt.toString(),
  time: ({ now }) => formatTime(now, 'YYYYMMDDHHmmss'),
  'is-default-branch': ({ commit }) =>
    commit.defaultBranch === undefined
      ? undefined
      : String(commit.branch === commit.defaultBranch && commit.pullRequest === undefined),
};
export const placeholderNames = [...Object.keys(values), 'date'];

const finder = /\{\{([^{}]*)\}\}|<([a-z][a-z_-]*)>/g;

export const withoutPlaceholders = (text: string) => text.replace(finder, '');

/** `stage-{{sha}}`, `<branch>.{{build-id}}`, `{{date 'YYYYMMDD' tz='Europe/Berlin'}}` → parts, or what is wrong. */
export function parseTemplate(
  text: string,
  more: readonly string[] = [],
): { readonly template: Template } | { readonly problem: string } {
  const template: TemplatePart[] = [];
  let from = 0;
  for (const match of text.matchAll(finder)) {
    if (match.index > from) template.push(text.slice(from, match.index));
    const placeholder = parsePlaceholder((match[1] ?? match[2]!).trim(), match[0], more);
    if ('problem' in placeholder) return placeholder;
    template.push(placeholder);
    from = match.index + match[0].length;
  }
  if (from < text.length) template.push(text.slice(from));
  return { template };
}

function parsePlaceholder(
  inside: string,
  whole: string,
  more: readonly string[],
): Placeholder | { problem: string } {
  const date = /^date\s+'([^']*)'(?:\s+tz='([^']*)')?$/.exec(inside);
  if (date) {
    const [, format, timeZone] = date;
    if (timeZone !== undefined && !isTimeZone(timeZone))
      return { problem: `names the unknown time zone "${timeZone}"` };
    return { name: 'date', format: format!, ...(timeZone !== undefined && { timeZone }) };
  }
  if (inside === 'date' || inside.startsWith('date '))
    return { problem: `must give a date's format in quotes, {{date 'YYYYMMDD'}} of ${timeTokens}` };
  const name = inside.replaceAll('_', '-');
  if (Object.hasOwn(values, name) || more.includes(name)) return { name };
  return { problem: `holds ${whole}, which nothing stands for${near(name, [...placeholderNames, ...more])}` };
}

/** The text with its values, or the name of what the host did not tell. */
export function fillTemplate(
  template: Template,
  facts: TagFacts,
  more: Readonly<Record<string, string>> = {},
): { readonly text: string } | { readonly missing: string } {
  let text = '';
  for (const part of template) {
    const value = typeof part === 'string' ? part : lookUp(part, facts, more);
    if (value === undefined) return { missing: (part as Placeholder).name };
    text += value;
  }
  return { text };
}

const lookUp = (
  { name, format, timeZone }: Placeholder,
  facts: TagFacts,
  more: Readonly<Record<string, string>>,
) => (name === 'date' ? formatTime(facts.now, format!, timeZone) : (more[name] ?? values[name]?.(facts)));
