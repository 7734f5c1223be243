interface Denial {
  /** The IAM action: `ecs:DescribeServices`. */
  readonly action: string;
  /** The resource's ARN, `*`, or undefined where AWS did not say. */
  readonly resource?: string;
  /** The kind of policy that denies explicitly, in AWS's words. */
  readonly deniedBy?: string;
}

/** What IAM calls an operation that has no action of its own name (Service Authorization Reference). */
const actions: Readonly<Record<string, string>> = { 's3:HeadObject': 's3:GetObject' };

/**
 * What AWS's sentence says: `User: … is not authorized to perform: ecs:RunTask on resource: arn:… because no
 * identity-based policy allows the ecs:RunTask action`. The operation's own action where it says nothing.
 */
export function denialOf(message: string, operation: string): Denial {
  const action =
    /not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1] ??
    actions[operation] ??
    operation;
  const resource = /on resource:\s*"?(\*|arn:[^\s"]+[^\s".,;])/.exec(message)?.[1];
  const deniedBy = /explicit deny in an? ([^.\n]+?policy)/.exec(message)?.[1];
  return { action, ...(resource && { resource }), ...(deniedBy && { deniedBy }) };
}
