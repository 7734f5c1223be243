import { expect, test } from '@jest/globals';
import { parseFlavor } from './tag-flavor.ts';
import { parseTagRules } from './tag-rule.ts';
import type { TagFacts } from './tag-template.ts';
import { tagsFromRules } from './tags-from-rules.ts';

const facts = (commit: TagFacts['commit']): TagFacts => ({
  commit: { sha: '0123456789abcdef0123456789abcdef01234567', ...commit },
  run: { id: '900', attempt: 1 },
  now: 0,
});
const main = facts({ branch: 'main', defaultBranch: 'main' });
const release = facts({ tag: 'v1.2.3' });
const candidate = facts({ tag: 'v1.3.0-rc.1' });
const pull = facts({ pullRequest: 7, branch: 'topic' });

const made = (rules: string, flavor: string, of: TagFacts) => {
  const parsed = parseTagRules(rules.split('\n'));
  const flavored = parseFlavor(flavor.split('\n').filter((line) => line !== ''));
  if (!parsed.ok || 'problem' in flavored) throw new Error('the example is wrong');
  return tagsFromRules(parsed.rules, of, flavored.flavor).tags.map(({ tag }) => tag);
};

test.each<[string, string, TagFacts, string[]]>([
  ['type=semver,pattern={{version}}', '', release, ['1.2.3']],
  ['type=semver,pattern={{version}}', 'latest=auto', release, ['1.2.3', 'latest']],
  ['type=semver,pattern={{version}}', 'latest=auto', candidate, ['1.3.0-rc.1']],
  ['type=ref,event=tag', 'latest=auto', release, ['v1.2.3', 'latest']],
  ['type=match,pattern=v(.*),group=1', 'latest=auto', release, ['1.2.3', 'latest']],
  ['type=pep440,pattern={{version}}', 'latest=auto', facts({ tag: '1.2.post1' }), ['1.2.post1']],
  ['type=ref,event=branch', 'latest=auto', main, ['main']],
  ['type=ref,event=branch', 'latest=true', main, ['main', 'latest']],
  ['type=ref,event=tag', 'latest=true', main, []],
  // The first tag decides, and the rules of docker/metadata-action are sorted by priority, as there.
  ['type=sha\ntype=ref,event=tag', 'latest=auto', release, ['v1.2.3', 'sha-0123456', 'latest']],
  ['sha\nref', 'latest=auto', release, ['0123456', 'v1.2.3']],
  ['type=sha,priority=1\ntype=ref,event=tag', 'latest=auto', release, ['v1.2.3', 'sha-0123456', 'latest']],
  ['type=raw,foo\nbar', 'prefix=glo-', main, ['glo-foo', 'glo-bar']],
  ['type=raw,foo,prefix=', 'prefix=glo-\nsuffix=-x', main, ['foo-x']],
  ['type=sha\nsha', 'prefix=glo-', main, ['sha-0123456', 'glo-0123456']],
  ['type=ref,event=pr', 'prefix=glo-', pull, ['pr-7']],
  ['foo', 'latest=true\nprefix=glo-\nsuffix=-arm,onlatest=true', main, ['glo-foo-arm', 'latest-arm']],
  ['foo', 'latest=true\nprefix={{branch}}-,onlatest=true', main, ['main-foo', 'main-latest']],
  // `auto` is the default of a flavor.
  ['ref', 'suffix=-arm,onlatest=true', release, ['v1.2.3-arm', 'latest-arm']],
  ['ref', 'suffix=-arm', release, ['v1.2.3-arm', 'latest']],
  ['ref', 'latest=false,suffix=-arm', release, ['v1.2.3-arm']],
  ['ref', '# a note', release, ['v1.2.3']],
  ['quay.io/o/app:1', 'prefix=glo-', main, ['1']],
])('%j with %j', (rules, flavor, of, tags) => expect(made(rules, flavor, of)).toEqual(tags));

test.each([
  ['latest=maybe', 'holds "latest=maybe", which must be auto, true or false'],
  ['latest', 'holds "latest", which has no value'],
  ['prefxi=x', 'holds "prefxi=x", which is none of latest=, prefix= and suffix= (did you mean "prefix"?)'],
  [
    'prefix=a,onlatest=yes',
    'holds "prefix=a,onlatest=yes", which has "onlatest=yes" where only onlatest=true or false is allowed',
  ],
  [
    'latest=true,onlatest=true',
    'holds "latest=true,onlatest=true", which has "onlatest=true", which latest does not accept',
  ],
  [
    'suffix={{shaa}}',
    'holds "suffix={{shaa}}", which holds {{shaa}}, which is not a placeholder (did you mean "sha"?)',
  ],
])('B02: %s is refused: %s', (line, problem) => expect(parseFlavor([line])).toEqual({ problem }));
