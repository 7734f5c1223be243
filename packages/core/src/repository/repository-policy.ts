const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** Who else may pull: account ids, `codebuild`, `lambda`. */
export const pullers = ['codebuild', 'lambda'] as const;

/** A repository policy that lets others pull; undefined when nobody else may. */
export function pullPolicy(allowed: readonly string[], partition: string): string | undefined {
  const accounts = allowed.filter((one) => /^\d{12}$/.test(one));
  const statements: object[] = [];
  if (accounts.length > 0) {
    statements.push({
      Sid: 'PullByAccounts',
      Effect: 'Allow',
      Principal: { AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) },
      Action: pull,
    });
  }
  if (allowed.includes('codebuild')) {
    statements.push({
      Sid: 'PullByCodeBuild',
      Effect: 'Allow',
      Principal: { Service: 'codebuild.amazonaws.com' },
      Action: pull,
    });
  }
  if (allowed.includes('lambda')) {
    statements.push({
      Sid: 'PullByLambda',
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      // What Lambda's own guide asks for; it checks layers by other means.
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    });
  }
  return statements.length > 0 ? JSON.stringify({ Version: '2012-10-17', Statement: statements }) : undefined;
}
