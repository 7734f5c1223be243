/** Of an output that names a repository without its host. GitHub drops the outputs of a job that hold a masked value. */
export const survivesMask =
  'Use it with `digest` where a masked account id would make the CI host drop `image`.';
