import './json-imports.ts';

/** What GitHub reads: the metadata of an action, or a workflow. */
export type ManifestKind = 'action' | 'workflow';

/**
 * What GitHub's own parser says of an `action.yml` or a workflow: one line per problem, with line and column,
 * as on the page of a run that could not start.
 */
export async function parseProblems(
  kind: ManifestKind,
  name: string,
  content: string,
): Promise<readonly string[]> {
  // Loaded here: a static import would come before the hook above.
  const [
    { parseAction },
    { convertActionTemplate },
    { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow },
  ] = await Promise.all([
    import('@actions/workflow-parser/actions/action-parser'),
    import('@actions/workflow-parser/actions/action-template'),
    import('@actions/workflow-parser'),
  ]);
  const parse = kind === 'action' ? parseAction : parseWorkflow;
  const { context, value } = parse({ name, content }, new NoOperationTraceWriter());
  // Some rules are only checked when the tree becomes a model.
  if (value !== undefined) {
    if (kind === 'action') convertActionTemplate(context, value);
    else await convertWorkflowTemplate(context, value);
  }
  return context.errors.getErrors().map(({ message }) => message);
}
