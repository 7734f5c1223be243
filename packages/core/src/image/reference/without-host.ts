/** Of an output that names a repository without its host. GitHub drops the outputs of a job that hold a masked value. */
export const survivesMask =
  'With `digest` it survives where a masked account id would make the host drop `image`.';
