import { expect, test } from '@jest/globals';
import { dockerfileWarnings } from './dockerfile-warnings.ts';

const read = (log: string, call = false) => {
  const warnings = dockerfileWarnings({ call });
  for (const line of log.split('\n')) warnings.read(line);
  return warnings.found();
};

test('the list at the end of a build is read, with rule, text and line', () => {
  expect(
    read(`#6 DONE 0.1s

 2 warnings found (use docker --debug to expand):
 - FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)
 - JSONArgsRecommended: JSON arguments recommended for CMD
View build details: docker-desktop://x`),
  ).toEqual([
    { rule: 'FromAsCasing', text: "'as' and 'FROM' keywords' casing do not match", line: 1 },
    { rule: 'JSONArgsRecommended', text: 'JSON arguments recommended for CMD' },
  ]);
});

test('a warning reported during the build and again at the end counts once', () => {
  const warning = "StageNameCasing: Stage name 'BASE' should be lowercase (line 3)";
  expect(read(`#1 WARN: ${warning}\n 1 warning found:\n - ${warning}`)).toHaveLength(1);
});

test('of `--call check` each block is read, with rule, text and line', () => {
  expect(
    read(
      `Check complete, 2 warnings have been found!

WARNING: FromAsCasing - https://docs.docker.com/go/dockerfile/rule/from-as-casing/
'AS' and 'from' keywords' casing do not match
/checkout/app/Dockerfile:12
--------------------
  12 | >>> from scratch AS a
--------------------

WARNING: JSONArgsRecommended - https://docs.docker.com/go/dockerfile/rule/json-args-recommended/
JSON arguments recommended for CMD
--------------------`,
      true,
    ),
  ).toEqual([
    { rule: 'FromAsCasing', text: "'AS' and 'from' keywords' casing do not match", line: 12 },
    { rule: 'JSONArgsRecommended', text: 'JSON arguments recommended for CMD' },
  ]);
});

test('what a RUN prints, and what only looks like a list, is not a warning', () => {
  expect(
    read(`#7 0.123 WARN: FromAsCasing: forged (line 1)
#7 0.124  1 warning found (use docker --debug to expand):
#7 0.125  - FromAsCasing: forged (line 1)
 - FromAsCasing: without a list (line 1)`),
  ).toEqual([]);
});
