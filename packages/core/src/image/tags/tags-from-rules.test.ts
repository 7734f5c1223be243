import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tag as tagPattern } from '../../inputs/patterns.ts';
import { parseTagRules } from './tag-rule.ts';
import type { TagFacts } from './tag-template.ts';
import { tagsFromRules } from './tags-from-rules.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';
const merge = 'f'.repeat(40);
const now = Date.UTC(2030, 4, 6, 17, 8, 9);
const facts = (commit: TagFacts['commit'], run: Partial<TagFacts['run']> = {}): TagFacts => ({
  commit: { sha, ...commit },
  run: { id: '900', attempt: 2, number: '42', ...run },
  now,
});
const branch = facts({ branch: 'feature/Größe', defaultBranch: 'main' });
const main = facts({ branch: 'main', defaultBranch: 'main' });
const release = facts({ tag: 'v1.2.3' });
const candidate = facts({ tag: 'v1.3.0-rc.1' });
const pull = facts({ pullRequest: 7, branch: 'topic', checkedOutSha: merge, baseBranch: 'main' });
/** As the hosts tell a pull request that may come from a fork. */
const forked = facts({ pullRequest: 7, baseBranch: 'main', defaultBranch: 'main' });
const nightly = facts({ branch: 'main' }, { event: 'schedule' });
const pushed = facts({ branch: 'main' }, { event: 'push' });
const part = facts({ tag: 'p1/v1.2.3' });
const dated = facts({ branch: 'main', committedAt: '2030-04-06T03:04:05+09:00' });

const made = (rules: string, of: TagFacts) => {
  const parsed = parseTagRules(rules.split('\n'));
  if (!parsed.ok) throw new Error(parsed.problem);
  return tagsFromRules(parsed.rules, of);
};

describe('tags by rule', () => {
  test.each<[string, TagFacts, string[]]>([
    ['sha', main, ['0123456']],
    ['type=sha', main, ['sha-0123456']],
    ['type=sha,prefix=,format=long', main, [sha]],
    ['sha,length=12', main, ['0123456789ab']],
    ['sha,format=long', main, [sha]],
    ['sha,prefix=stage-,suffix=-x', main, ['stage-0123456-x']],
    ['ref', main, ['main']],
    ['ref', release, ['v1.2.3']],
    ['ref', pull, ['pr-7']],
    ['type=ref,event=pr,prefix=', pull, ['7']],
    ['type=ref,event=branch', pull, []],
    ['type=ref,event=tag', main, []],
    ['semver,pattern={{version}}', release, ['1.2.3']],
    ['type=semver,pattern=v{{major}}.{{minor}}', release, ['v1.2']],
    ['semver,pattern={{major}}', candidate, ['1.3.0-rc.1']],
    ['semver,pattern={{raw}}', candidate, ['v1.3.0-rc.1']],
    ['semver,pattern={{version}}', main, []],
    ['semver,value=2.0.0+build.5', main, ['2.0.0-build.5']],
    ['type=semver,pattern={{version}},value=2.0.0+build.5', main, ['2.0.0']],
    ['type=semver,pattern={{major}},value=2.0.0-rc.1+build.5', main, ['2.0.0-rc.1']],
    ['raw,value=branch', main, ['branch']],
    ['pep440,pattern={{version}}', facts({ tag: '1.0rc1' }), ['1.0rc1']],
    ['pep440,pattern={{major}}', facts({ tag: '1.0.dev3' }), ['1.0.dev3']],
    ['match,pattern=v(\\d+),group=1', release, ['1']],
    ['type=match,"pattern=v(\\d{1,2})",group=1', release, ['1']],
    ['match,pattern=/v(.*)/,group=1', release, ['1.2.3']],
    ['type=match,pattern=/V(.*)/i,group=1', release, ['1.2.3']],
    ['type=match,pattern=p1/v(\\d.\\d.\\d),group=1', part, ['1.2.3']],
    ['type=match,pattern=\\d.\\d.\\d,value=p1-v4.5.6', main, ['4.5.6']],
    ['type=match,pattern=v(.*),group=2', release, []],
    ['type=semver,pattern={{version}},match=v(\\d.\\d.\\d)$', part, ['1.2.3']],
    ['type=semver,pattern={{major}}.{{minor}},value=p1/v1.0.0,match=v(\\d.\\d.\\d)$', main, ['1.0']],
    ['type=semver,pattern={{version}},match=x(.*)', part, []],
    ['type=semver,pattern=v{{version}},value={{tag}}', release, ['v1.2.3']],
    ['type=semver,pattern={{version}},value={{tag}}', main, []],
    ['edge', main, ['edge']],
    ['edge,branch=dev', main, []],
    ['schedule', nightly, ['nightly']],
    ["schedule,pattern={{date 'YYYYMMDD'}}", nightly, ['20300506']],
    ['schedule', pushed, []],
    ['# minimal\ntype=schedule', nightly, ['nightly']],
    ['build-id', main, ['42']],
    ['build-id', facts({}, { number: undefined as never }), ['900']],
    ['time', main, ['20300506170809']],
    ['time,format=YYYY-MM-DD[T]HHmm,tz=Asia/Tokyo', main, ['2030-05-07T0208']],
    ['raw,value=latest,enable={{is_default_branch}}', main, ['latest']],
    ['raw,value=latest,enable={{is_default_branch}}', branch, []],
    ['raw,value=other,enable={{is_not_default_branch}}', branch, ['other']],
    ['raw,value=other,enable={{is_default_branch}}', release, []],
    ['type=raw,my', main, ['my']],
    ["{{commit_date 'YYYYMMDD'}}-{{date 'YYYYMMDD'}}", dated, ['20300405-20300506']],
    ["{{commit_date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}}", dated, ['20300406-030405']],
    ['latest', main, ['latest']],
    ['v1,latest', main, ['v1', 'latest']],
    ['stage-<sha>', main, ['stage-0123456']],
    ['{{sha}}.{{build-id}}', main, ['0123456.42']],
    ['{{long-sha}}', main, [sha]],
    ['{{base_ref}}-{{pr}}.{{attempt}}', pull, ['main-7.2']],
    ["{{branch}}-{{date 'X'}}", main, [`main-${now / 1000}`]],
    ['sha\n{{sha}}\nlatest', main, ['0123456', 'latest']],
    ['latest\nsha,priority=1000', main, ['0123456', 'latest']],
    ['type=sha\ntype=semver,pattern={{version}}\nlatest', release, ['1.2.3', 'latest', 'sha-0123456']],
    ['time,format=YYYYMMDD\ntype=ref,event=branch', main, ['main', '20300506']],
    ['x-{{base_ref}}', facts({ tag: 'v1', baseBranch: 'main' }), ['x-main']],
  ])('%j', (rules, of, tags) => {
    const result = made(rules, of);
    expect(result.problems).toEqual([]);
    expect(result.tags.map(({ tag }) => tag)).toEqual(tags);
  });

  test('a branch name from a pull request produces no tag', () => {
    const none = 'this run is for a pull request, whose branch name anyone can choose; {{pr}} is its number';
    expect(made('{{branch}}\nstage-<branch>\n{{ref}}\nedge\nref', forked)).toEqual({
      tags: [{ tag: 'pr-7', moves: true }],
      notes: [
        `tag rule "{{branch}}" produces no tag: ${none}`,
        `tag rule "stage-<branch>" produces no tag: ${none}`,
        `tag rule "{{ref}}" produces no tag: ${none}`,
        'tag rule "edge" produces no tag: this run is not for the branch main',
      ],
      problems: [],
    });
  });

  test("a pull request's tag is made of its head commit, not of the merge commit", () => {
    expect(made('sha', pull).tags).toEqual([{ tag: sha.slice(0, 7), moves: false }]);
  });

  test('a branch with characters that a tag cannot hold is cleaned, and the log says why', () => {
    expect(made('ref', branch)).toEqual({
      tags: [{ tag: 'feature-Gr-e', moves: true }],
      notes: ['tag feature-Gr-e is derived from "feature/Größe": a tag cannot hold "/"'],
      problems: [],
    });
  });

  test('a branch longer than a tag may be is cut, and the log says why', () => {
    const { tags, notes } = made('ref', facts({ branch: 'x'.repeat(200) }));
    expect(tags).toEqual([{ tag: 'x'.repeat(128), moves: true }]);
    expect(notes[0]).toContain('a tag has at most 128 characters');
  });

  test('a rule that does not apply to the run says so and makes nothing', () => {
    expect(made('semver,pattern={{version}}', main).notes).toEqual([
      'tag rule "semver,pattern={{version}}" produces no tag: this run has no tag',
    ]);
  });

  test.each(['match,pattern=(.*)*$x', 'semver,match=(.*)*$x'])(
    'a search that would run for years is stopped, and is a problem: %s',
    (rule) => {
      const tag = 'v'.repeat(40);
      const started = Date.now();
      expect(made(rule, facts({ tag })).problems).toEqual([
        `"${rule}" produces no tag: the search for (.*)*$x in "${tag}" was stopped after a second: avoid nested repetition`,
      ]);
      expect(Date.now() - started).toBeLessThan(10_000);
    },
  );

  test('a search may look ahead and behind', () => {
    expect(made('match,pattern=(?<=v)\\d+(?=\\.)', release).tags).toMatchObject([{ tag: '1' }]);
  });

  test('a rule whose fact the host does not report is a problem, not a smaller set of tags', () => {
    expect(made('sha', facts({ sha: undefined as never })).problems).toEqual([
      '"sha" produces no tag: the CI host does not provide the commit',
    ]);
    expect(made('schedule', main).problems).toEqual([
      '"schedule" produces no tag: the CI host does not provide what started this run; set LANDFALL_EVENT (docs/hosts.md)',
    ]);
    expect(made("{{commit_date 'X'}}", main).problems).toEqual([
      `"{{commit_date 'X'}}" produces no tag: the CI host does not provide the commit-date; check the commit out before this step`,
    ]);
    expect(made('edge', facts({ branch: 'main' })).problems).toEqual([
      '"edge" produces no tag: the CI host does not provide the default branch; set branch=…',
    ]);
  });

  test.each<[string, TagFacts, (boolean | undefined)[]]>([
    ['sha\n{{long-sha}}\nbuild-id\ntime,format=YYYYMMDD', main, [false, false, false, false]],
    ['{{branch}}.{{build-id}}\n{{base_ref}}-{{pr}}\nref', pull, [false, true, true]],
    [
      'latest\nstage\n{{branch}}\nedge\nraw,value=x,prefix={{branch}}-',
      main,
      [true, undefined, true, true, true],
    ],
    [
      'ref\nsemver,pattern={{version}}\nsemver,pattern={{major}}\nx-{{tag}}',
      release,
      [false, false, true, false],
    ],
    ["schedule\nschedule,pattern={{date 'YYYYMMDD'}}", nightly, [true, false]],
  ])(
    'a tag that every run moves is distinguished from one that identifies a single image: %j',
    (rules, of, moves) => {
      expect(made(rules, of).tags.map((one) => one.moves)).toEqual(moves);
    },
  );

  test('a line may be a whole reference, as docker/build-push-action takes it', () => {
    expect(made('ghcr.io/o/app:{{sha}}\nlocalhost:5000/app\nuser/app:1,user/app:2', main).tags).toEqual([
      { tag: '0123456', moves: false, target: { registry: 'ghcr.io', repository: 'o/app' } },
      { tag: 'latest', moves: true, target: { registry: 'localhost:5000', repository: 'app' } },
      { tag: '1', target: { repository: 'user/app' } },
      { tag: '2', target: { repository: 'user/app' } },
    ]);
  });

  test('for any branch name, every produced tag is valid in a registry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (name) => {
        for (const { tag } of made('ref', facts({ branch: name })).tags) {
          expect(tag).toMatch(tagPattern.expression);
        }
      }),
    );
  });
});

describe('a rule that is wrong', () => {
  test.each([
    ['-v/:/host', 'holds "-v/:/host", which starts with "-"; a tag starts with a letter, a digit or _'],
    ['.x', 'holds ".x", which starts its tag with "."; a tag starts with a letter, a digit or _'],
    ['a b', 'holds "a b", which holds " "; a tag has only letters, digits, . _ and -'],
    ['app:', 'holds "app:", which holds ":"; a tag has only letters, digits, . _ and -'],
    ['user/app:', 'holds "user/app:", which ends with ":" and no tag'],
    ['User/app:1', 'holds "User/app:1", which must have a repository in lower case'],
    ['{{shaa}}', 'holds "{{shaa}}", which holds {{shaa}}, which is not a placeholder (did you mean "sha"?)'],
    ['branch', 'holds "branch", which is a literal tag: write {{branch}} for its value, or raw,value=branch'],
    ['run_id', 'holds "run_id", which is a literal tag: write {{run_id}} for its value, or raw,value=run_id'],
    ['{{version}}', 'holds "{{version}}", which holds {{version}}, which is not a placeholder'],
    [
      'type=semvr,pattern={{version}}',
      'holds "type=semvr,pattern={{version}}", which does not name a kind of rule (raw, sha, ref, semver, pep440, match, edge, schedule, build-id, time) (did you mean "semver"?)',
    ],
    [
      'sha,fromat=long',
      'holds "sha,fromat=long", which has the attribute "fromat", which sha does not accept (did you mean "format"?)',
    ],
    ['sha,format=tiny', 'holds "sha,format=tiny", which has format=tiny; it is short or long'],
    ['sha,length=3', 'holds "sha,length=3", which has length=3; it is from 7 to 40'],
    ['match,pattern=(', 'holds "match,pattern=(", which has a pattern that is not a regular expression'],
    ['time,tz=Mars/Base', 'holds "time,tz=Mars/Base", which names the unknown time zone "Mars/Base"'],
    [
      'time,format=HH:mm',
      'holds "time,format=HH:mm", which holds ":"; a tag has only letters, digits, . _ and -',
    ],
    [
      "{{date 'LLL'}}",
      `holds "{{date 'LLL'}}", which holds "LLL" in a format of YYYY, YY, Q, MMMM, MMM, MM, Mo, M, GGGG, WW,`,
    ],
    ['semver,match=(', 'holds "semver,match=(", which has a pattern that is not a regular expression'],
    [
      'x'.repeat(129),
      `holds "${'x'.repeat(129)}", which is longer than 128 characters, the most that a tag may have`,
    ],
    ['raw,value=', 'holds "raw,value=", which needs a value'],
    ['raw,"value=x', 'holds "raw,"value=x", which has a double quote that is not closed'],
  ])('B01, B02: %s', (line, message) => {
    const result = parseTagRules([line]);
    expect(result.ok ? '' : result.problem.slice(0, message.length)).toBe(message);
  });
});
