import { near } from '../../inputs/near.ts';
import type { CommitFacts, RunFacts } from '../../world/host.ts';
import { formatTime, isTimeZone, timeFormatProblem, timeTokens } from './time-format.ts';

/** What a tag may be made of. */
export interface TagFacts {
  readonly commit: CommitFacts;
  readonly run: RunFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Placeholder {
  readonly name: string;
  /** `date` and `commit-date` only: the format and the time zone. */
  readonly format?: string;
  readonly timeZone?: string;
}
type TemplatePart = string | Placeholder;
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
  'is-default-branch': ({ commit }) => onDefaultBranch(commit)?.toString(),
  'is-not-default-branch': ({ commit }) => {
    const on = onDefaultBranch(commit);
    return on === undefined ? undefined : String(!on);
  },
};
const times: Readonly<Record<string, (facts: TagFacts) => number | undefined>> = {
  date: ({ now }) => now,
  'commit-date': ({ commit: { committedAt } }) =>
    committedAt === undefined || Number.isNaN(Date.parse(committedAt)) ? undefined : Date.parse(committedAt),
};
export const placeholderNames = [...Object.keys(values), ...Object.keys(times)];

/** A tag and a pull request are on no branch; otherwise undefined where the CI host does not provide the default one. */
function onDefaultBranch({ branch, pullRequest, defaultBranch }: CommitFacts): boolean | undefined {
  if (branch === undefined || pullRequest !== undefined) return false;
  return defaultBranch === undefined ? undefined : branch === defaultBranch;
}

/** Facts that a run may rightly be without: a branch build has no tag. */
export const maybeAbsent = ['branch', 'tag', 'ref', 'pr', 'base-ref'];

const finder = /\{\{([^{}]*)\}\}|<([a-z][a-z_-]*)>/g;

export const withoutPlaceholders = (text: string) => text.replace(finder, '');

/** In a label `<name>` is text, such as an address. */
const inBraces = /\{\{([^{}]*)\}\}/g;
export const parseLabelTemplate = (text: string) => parseTemplate(text, [], inBraces);

/** `stage-{{sha}}`, `<branch>.{{build-id}}`, `{{date 'YYYYMMDD' tz='Europe/Berlin'}}` → parts, or what is wrong. */
export function parseTemplate(
  text: string,
  more: readonly string[] = [],
  placeholders = finder,
): { readonly template: Template } | { readonly problem: string } {
  const template: TemplatePart[] = [];
  let from = 0;
  for (const match of text.matchAll(placeholders)) {
    if (match.index > from) template.push(text.slice(from, match.index));
    const placeholder = parsePlaceholder((match[1] ?? match[2]!).trim(), match[0], more);
    if ('problem' in placeholder) return placeholder;
    template.push(placeholder);
    from = match.index + match[0].length;
  }
  if (from < text.length) template.push(text.slice(from));
  return { template };
}

const quotes = `must give a date's format in quotes, {{date 'YYYYMMDD'}} of ${timeTokens}`;

function parsePlaceholder(
  inside: string,
  whole: string,
  more: readonly string[],
): Placeholder | { problem: string } {
  const time = /^(date|commit[-_]date)(?:\s+'([^']*)'(?:\s+tz='([^']*)')?)?$/.exec(inside);
  if (time) {
    const [, word, format, timeZone] = time;
    if (format === undefined) return { problem: quotes };
    if (timeZone !== undefined && !isTimeZone(timeZone))
      return { problem: `names the unknown time zone "${timeZone}"` };
    const problem = timeFormatProblem(format);
    if (problem) return { problem };
    const name = word!.replace('_', '-');
    return { name, format, ...(timeZone !== undefined && { timeZone }) };
  }
  if (/^(?:date|commit[-_]date)\s/.test(inside)) return { problem: quotes };
  const name = inside.replaceAll('_', '-');
  if (Object.hasOwn(values, name) || more.includes(name)) return { name };
  return {
    problem: `holds ${whole}, which is not a placeholder${near(name, [...placeholderNames, ...more])}`,
  };
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

/** The same for a label, in which a fact that a run may rightly be without is an empty text. */
export function fillLabel(
  template: Template,
  facts: TagFacts,
): { readonly text: string } | { readonly missing: string } {
  const known = template.filter(
    (part) =>
      typeof part === 'string' || !maybeAbsent.includes(part.name) || lookUp(part, facts, {}) !== undefined,
  );
  return fillTemplate(known, facts);
}

function lookUp(
  { name, format, timeZone }: Placeholder,
  facts: TagFacts,
  more: Readonly<Record<string, string>>,
): string | undefined {
  if (format === undefined) return more[name] ?? values[name]?.(facts);
  const time = times[name]?.(facts);
  return time === undefined ? undefined : formatTime(time, format, timeZone);
}
