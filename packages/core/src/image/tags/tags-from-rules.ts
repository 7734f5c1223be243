import { runInNewContext } from 'node:vm';
import { type Flavor, noFlavor } from './tag-flavor.ts';
import { expressionOf, type TagKind, type TagRule } from './tag-rule.ts';
import { fillTemplate, maybeAbsent, type TagFacts, type Template } from './tag-template.ts';
import { formatTime } from './time-format.ts';
import { parsePep440, parseSemver, type VersionNumber } from './version-number.ts';

export interface ResolvedTag {
  readonly tag: string;
  /** Where the rule was a whole reference. */
  readonly target?: TagRule['target'];
  /** Whether each run puts it on its own image (`latest`, a branch), or it names one (`sha`); absent of one written out. */
  readonly moves?: boolean;
}

export interface ResolvedTags {
  /** Each once, in order; the first is the version. */
  readonly tags: readonly ResolvedTag[];
  /** Sentences: a rule that does not apply to this run, a character that a tag cannot have. */
  readonly notes: readonly string[];
  /** Sentences: a rule that should have applied, but the host did not tell what it needs. */
  readonly problems: readonly string[];
}

/** What a rule came to: text, nothing (with the reason), or a problem. */
type Outcome =
  | { readonly kind: 'text'; readonly text: string; readonly released?: boolean }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'problem'; readonly reason: string };

const text = (value: string): Outcome => ({ kind: 'text', text: value });
/** A release: what `latest=auto` of a flavor goes by. */
const released = (outcome: Outcome): Outcome =>
  outcome.kind === 'text' ? { ...outcome, released: true } : outcome;
const skip = (reason: string): Outcome => ({ kind: 'skip', reason });
const problem = (reason: string): Outcome => ({ kind: 'problem', reason });

/** The tags for one run. Pure: the same rules and facts give the same tags. */
export function tagsFromRules(
  rules: readonly TagRule[],
  facts: TagFacts,
  flavor: Flavor = noFlavor,
): ResolvedTags {
  const tags: ResolvedTag[] = [];
  const notes: string[] = [];
  const problems: string[] = [];
  const add = (made: string, rule: string, moving: boolean | undefined, target?: TagRule['target']) => {
    const tag = cleanTag(made);
    if (tag === '') {
      problems.push(`"${rule}" produces no tag: nothing is left of ${JSON.stringify(made)}`);
      return;
    }
    if (tag !== made) notes.push(`tag ${tag} is derived from ${JSON.stringify(made)}: ${whyCleaned(made)}`);
    const same = (other: ResolvedTag) =>
      other.tag === tag &&
      other.target?.registry === target?.registry &&
      other.target?.repository === target?.repository;
    if (tags.some(same)) return;
    tags.push({ tag, ...(target && { target }), ...(moving !== undefined && { moves: moving }) });
  };
  // The first rule that makes a tag decides, as in metadata-action.
  let latest: boolean | undefined = flavor.latest === 'auto' ? undefined : flavor.latest === 'true';
  for (const rule of byPriority(rules)) {
    const made = make(rule, facts, flavor);
    if (made.kind === 'skip') notes.push(`tag rule "${rule.text}" produces no tag: ${made.reason}`);
    if (made.kind === 'problem') problems.push(`"${rule.text}" produces no tag: ${made.reason}`);
    if (made.kind !== 'text') continue;
    latest ??= made.released === true;
    add(made.text, rule.text, moves(rule, facts), rule.target);
  }
  if (latest && tags.length > 0) {
    const whole = affixed(
      text('latest'),
      flavor.prefix?.onLatest ? flavor.prefix.template : [],
      flavor.suffix?.onLatest ? flavor.suffix.template : [],
      facts,
    );
    if (whole.kind === 'text') add(whole.text, 'latest', true);
    else notes.push(`flavor produces no tag latest: ${whole.reason}`);
  }
  return { tags, notes: [...new Set(notes)], problems };
}

/** What stands for one commit, build, moment or version, so that a tag made of it names one image. */
const namesOne = [
  ...['sha', 'long-sha', 'tag', 'build-id', 'run-id', 'time', 'date', 'commit-date'],
  ...['version', 'patch', 'raw'],
];

function moves({ kind, template, prefix, suffix }: TagRule, { commit }: TagFacts): boolean | undefined {
  if (['sha', 'build-id', 'time'].includes(kind)) return false;
  if (kind === 'ref') return commit.tag === undefined;
  const named = [...prefix, ...template, ...suffix].filter((part) => typeof part !== 'string');
  if (named.some(({ name }) => namesOne.includes(name))) return false;
  return kind !== 'raw' || named.length > 0 || template.join('') === 'latest' || undefined;
}

function make(rule: TagRule, facts: TagFacts, flavor: Flavor): Outcome {
  if (rule.enable) {
    const enabled = fill(rule.enable, facts);
    if (enabled.kind !== 'text') return enabled;
    if (enabled.text === 'false') return skip('enable is false');
    if (enabled.text !== 'true')
      return problem(`enable must evaluate to true or false, not "${enabled.text}"`);
  }
  const middle = makers[rule.kind](rule, facts);
  // What a rule says itself comes first, its own standard prefix included; a whole reference stands as written.
  const own = rule.target !== undefined || hasPrefix(rule, facts);
  const prefix = own ? rule.prefix : (flavor.prefix?.template ?? []);
  const plain = rule.target !== undefined || rule.attributes.suffix !== undefined;
  return affixed(middle, prefix, plain ? rule.suffix : (flavor.suffix?.template ?? []), facts);
}

const hasPrefix = ({ kind, typed, attributes }: TagRule, { commit }: TagFacts) =>
  attributes.prefix !== undefined ||
  (kind === 'sha' && typed) ||
  (kind === 'ref' && commit.pullRequest !== undefined);

function affixed(middle: Outcome, before: Template, after: Template, facts: TagFacts): Outcome {
  if (middle.kind !== 'text') return middle;
  const prefix = fill(before, facts);
  if (prefix.kind !== 'text') return prefix;
  const suffix = fill(after, facts);
  if (suffix.kind !== 'text') return suffix;
  return { ...middle, text: `${prefix.text}${middle.text}${suffix.text}` };
}

const none = (missing: string, { commit }: TagFacts) =>
  commit.pullRequest !== undefined && ['branch', 'ref'].includes(missing)
    ? 'this run is for a pull request, whose branch name anyone can choose; {{pr}} is its number'
    : `this run has no ${missing}`;

function fill(template: Template, facts: TagFacts, more?: Readonly<Record<string, string>>): Outcome {
  const filled = fillTemplate(template, facts, more);
  if ('text' in filled) return text(filled.text);
  const { missing } = filled;
  return maybeAbsent.includes(missing) ? skip(none(missing, facts)) : problem(notProvided(missing));
}

export const notProvided = (fact: string) =>
  `the CI host does not provide the ${fact}${fact === 'commit-date' ? '; check the commit out before this step' : ''}`;

const makers: Readonly<Record<TagKind, (rule: TagRule, facts: TagFacts) => Outcome>> = {
  raw: ({ template }, facts) => fill(template, facts),
  sha: ({ attributes }, { commit }) => {
    if (commit.sha === undefined) return problem('the CI host does not provide the commit');
    return text(
      attributes.format === 'long' ? commit.sha : commit.sha.slice(0, Number(attributes.length ?? 7)),
    );
  },
  ref: ({ attributes: { event, prefix } }, { commit }) => {
    if (commit.pullRequest !== undefined)
      return event === undefined || event === 'pr'
        ? text(`${prefix === undefined ? 'pr-' : ''}${commit.pullRequest}`)
        : skip(`this run is for a pull request, not for a ${event}`);
    if (commit.tag !== undefined)
      return event === undefined || event === 'tag'
        ? released(text(commit.tag))
        : skip(`this run is for a tag, not for a ${event}`);
    if (commit.branch === undefined) return skip('this run has no branch, tag or pull request');
    return event === undefined || event === 'branch'
      ? text(commit.branch)
      : skip(`this run is for a branch, not for a ${event}`);
  },
  semver: (rule, facts) => version(rule, facts, 'semantic version', parseSemver),
  pep440: (rule, facts) => version(rule, facts, 'PEP 440 version', parsePep440),
  match: (rule, facts) => {
    const subject = subjectOf(rule, facts);
    if (subject.kind !== 'text') return subject;
    const { pattern, group } = rule.attributes;
    const found = search(expressionOf(pattern!), subject.text.slice(0, 256));
    if (found === 'too slow') return tooSlow(pattern!, subject.text);
    const part = found?.[Number(group ?? 0)];
    return part ? released(text(part)) : skip(`"${subject.text}" does not match ${pattern}`);
  },
  edge: ({ attributes }, { commit }) => {
    const wanted = attributes.branch || commit.defaultBranch;
    if (wanted === undefined) return problem('the CI host does not provide the default branch; set branch=…');
    return commit.branch === wanted && commit.pullRequest === undefined
      ? text('edge')
      : skip(`this run is not for the branch ${wanted}`);
  },
  schedule: ({ template }, facts) => {
    const { event } = facts.run;
    if (event === undefined)
      return problem(
        'the CI host does not provide what started this run; set LANDFALL_EVENT (docs/hosts.md)',
      );
    return event === 'schedule' ? fill(template, facts) : skip('this run was not started by a schedule');
  },
  'build-id': (_, { run }) => text(run.number ?? run.id),
  time: ({ attributes }, { now }) =>
    text(formatTime(now, attributes.format ?? 'YYYYMMDDHHmmss', attributes.tz)),
};

const tooSlow = (pattern: string, subject: string) =>
  problem(`the search for ${pattern} in "${subject}" was stopped after a second: avoid nested repetition`);

/** What a rule about versions reads: its own value, or the tag of the commit. */
function subjectOf({ value }: TagRule, facts: TagFacts): Outcome {
  if (value) return fill(value, facts);
  return facts.commit.tag === undefined ? skip('this run has no tag') : text(facts.commit.tag);
}

function version(
  rule: TagRule,
  facts: TagFacts,
  name: string,
  parse: (text: string) => VersionNumber | undefined,
): Outcome {
  const { attributes, template } = rule;
  const subject = subjectOf(rule, facts);
  if (subject.kind !== 'text') return subject;
  let source = subject.text;
  if (attributes.match) {
    const matched = search(expressionOf(attributes.match), source.slice(0, 256));
    if (matched === 'too slow') return tooSlow(attributes.match, source);
    if (!matched) return skip(`"${source}" does not match ${attributes.match}`);
    source = matched[1] ?? matched[0];
  }
  const found = parse(source);
  if (!found)
    return attributes.value ? problem(`"${source}" is not a ${name}`) : skip(`"${source}" is not a ${name}`);
  const { prerelease, ...numbers } = found;
  // metadata-action's version has no build metadata, and a tag could not hold its "+".
  const parts =
    rule.typed && rule.kind === 'semver'
      ? { ...numbers, version: numbers.version.replace(/\+.*$/, '') }
      : numbers;
  const wanted = attributes.pattern ?? '{{version}}';
  if (!prerelease) return released(fill(template, facts, parts));
  // A release candidate must not move `1` or `1.2`; metadata-action has the same rule.
  return /^\{\{\s*(?:version|raw)\s*\}\}$/.test(wanted) ? fill(template, facts, parts) : text(parts.version);
}

/**
 * The order as written; once a rule is one of docker/metadata-action (`type=…`, or a priority), all are sorted by
 * priority, as there.
 */
function byPriority(rules: readonly TagRule[]): readonly TagRule[] {
  if (!rules.some(({ typed, attributes }) => typed || attributes.priority !== undefined)) return rules;
  const of = (rule: TagRule) => Number(rule.attributes.priority ?? priorities[rule.kind]);
  return [...rules].sort((a, b) => of(b) - of(a));
}

const priorities: Readonly<Record<TagKind, number>> = {
  schedule: 1000,
  semver: 900,
  pep440: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
  'build-id': 100,
  time: 100,
};

const cleanTag = (made: string) =>
  made
    .replace(/[^A-Za-z0-9_.-]+/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 128);

const whyCleaned = (made: string) => {
  const bad = /[^A-Za-z0-9_.-]/u.exec(made);
  if (bad) return `a tag cannot hold ${JSON.stringify(bad[0])}`;
  return /^[.-]/.test(made) ? `a tag cannot start with "${made[0]}"` : 'a tag has at most 128 characters';
};

/** Milliseconds for one search of a tag or a branch, which takes microseconds unless the expression backtracks. */
const limit = 1000;

/**
 * A search by a user's expression, stopped after a second: nothing can check whether `(.*)*$` meets a name that
 * keeps it busy for years, deaf to every signal. V8 can end its own engine; one of linear time would refuse
 * expressions that docker/metadata-action takes, such as a lookahead.
 */
function search(expression: RegExp, text: string): RegExpExecArray | null | 'too slow' {
  try {
    return runInNewContext('search()', { search: () => expression.exec(text) }, { timeout: limit });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too slow';
    throw thrown;
  }
}
