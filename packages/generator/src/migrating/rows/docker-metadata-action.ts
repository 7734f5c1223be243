import facts from '../facts/docker-metadata-action.json' with { type: 'json' };
import { differs, type Migration, same, use } from '../migration.ts';

export const metadataAction: Migration = {
  name: 'docker-metadata-action',
  title: 'docker/metadata-action',
  kind: 'action',
  summary:
    'Change the `uses:` line; the rules, their order and the outputs are the same. `build-push` takes the same rules itself, so that a separate step is needed only for a build by another action. [Where the results differ](../images.md#tags).',
  facts,
  parts: {
    '': {
      use: [use('image-metadata', { images: 'example/web', tags: 'type=semver,pattern={{version}}' })],
      inputs: {
        context: differs(
          'With `git`, the branch is known only if the checkout is that of the run.',
          { with: { context: 'workflow' }, outputs: { tags: ':main$' } },
          {
            scenario: 'a checkout',
            with: { context: 'git', tags: 'type=sha' },
            outputs: { version: '^sha-(?!0123456)[0-9a-f]{7}$' },
          },
        ),
        images: same({ with: { images: 'example/web' }, outputs: { tags: '^example/web:' } }),
        tags: differs(
          'For a pull request, `type=sha` is the commit of its head, not of the merge; a rule without a value makes no tag, never one that ends in `-`.',
          {
            scenario: 'a rule',
            with: { tags: 'type=sha\ntype=raw,value=1.2.3\ntype=semver,pattern={{version}}' },
            outputs: { version: '^1\\.2\\.3$', tags: '^1\\.2\\.3\nsha-0123456$' },
          },
        ),
        flavor: same({
          scenario: 'a flavor',
          with: { flavor: 'latest=true\nsuffix=-alpine,onlatest=true' },
          outputs: { tags: '^main-alpine\nlatest-alpine$' },
        }),
        labels: same({ with: { labels: 'team=web' }, outputs: { labels: '(^|\n)team=web($|\n)' } }),
        annotations: same({
          with: { annotations: 'team=web' },
          outputs: { annotations: '(^|\n)manifest:team=web($|\n)' },
        }),
        'sep-tags': same({
          scenario: 'separators',
          with: { images: 'example/web\nexample/api', 'sep-tags': ',' },
          outputs: { tags: '^example/web:main,example/api:main$' },
        }),
        'sep-labels': same({
          scenario: 'separators',
          with: { 'sep-labels': ';' },
          outputs: { labels: '^[^\n;]+;' },
        }),
        'sep-annotations': same({
          scenario: 'separators',
          with: { 'sep-annotations': ';' },
          outputs: { annotations: '^[^\n;]+;' },
        }),
        'bake-target': same({
          with: { 'bake-target': 'web' },
          files: { 'bake-file': '"web"' },
        }),
        'github-token': differs('Not used: the facts come from the event and the checkout.', {
          with: { 'github-token': 'ghs_0123456789' },
          outputs: { version: '^main$' },
        }),
      },
      outputs: {
        version: same({ with: {}, outputs: { version: '^main$' } }),
        tags: same({ with: {}, outputs: { tags: '^main$' } }),
        'tag-names': same({ with: {}, outputs: { 'tag-names': '^main$' } }),
        labels: same({ with: {}, outputs: { labels: '(^|\n)org.opencontainers.image.version=main(\n|$)' } }),
        annotations: same({
          with: {},
          outputs: { annotations: '(^|\n)manifest:org.opencontainers.image.version=main(\n|$)' },
        }),
        json: same({ with: {}, outputs: { json: '"tags":\\s*\\[\\s*"main"' } }),
        'bake-file-tags': same({ with: {}, files: { 'bake-file-tags': '"tags"' } }),
        'bake-file-labels': same({ with: {}, files: { 'bake-file-labels': '"labels"' } }),
        'bake-file-annotations': same({ with: {}, files: { 'bake-file-annotations': '"annotations"' } }),
        'bake-file': same({ with: {}, files: { 'bake-file': '"docker-metadata-action"' } }),
      },
    },
  },
};
