/** Where a release is found, as the examples name it. */
export const repository = 'landfall-ci/landfall';
export const version = '0.1.0';

/** A third-party action, pinned to the commit of its version tag when it was added. */
export const pinned = {
  checkout: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  configureAwsCredentials:
    'aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3',
} as const;

/**
 * Our own actions in an example. The zeros stand for the release's full commit, which a file that is part of that
 * commit cannot hold: a reader takes it from the release page.
 */
export const ownAction = (name: string) =>
  `${repository}/actions/${name}@${'0'.repeat(40)} # v${version}: put the full commit SHA from the release page here`;
