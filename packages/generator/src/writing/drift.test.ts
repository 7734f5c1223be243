import { expect, test } from '@jest/globals';
import { driftOf, unifiedDiff } from './drift.ts';

const found = new Map([
  ['docs/errors.md', 'one\ntwo\n'],
  ['docs/iam/gone.json', '{}\n'],
  ['actions/a/action.yml', 'same\n'],
]);
const wanted = new Map([
  ['docs/errors.md', 'one\n2\n'],
  ['actions/a/action.yml', 'same\n'],
  ['actions/b/action.yml', 'new\n'],
]);

test('S03: a README table, action.yml, orb parameter or IAM list that drifts from the definitions shows as a unified diff', () => {
  expect(unifiedDiff(driftOf(found, wanted))).toBe(`--- /dev/null
+++ b/actions/b/action.yml
@@ -0,0 +1,1 @@
+new
--- a/docs/errors.md
+++ b/docs/errors.md
@@ -1,2 +1,2 @@
 one
-two
+2
--- a/docs/iam/gone.json
+++ /dev/null
@@ -1,1 +0,0 @@
-{}
`);
});

test('files that say what the definitions say are no drift', () => {
  expect(driftOf(wanted, wanted)).toEqual([]);
});
