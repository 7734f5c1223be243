const words = new RegExp(
  `(?:^|_)(?:PASS|PWD|PAT|AUTH|(?:${'API ACCESS PRIVATE SECRET SIGNING ENCRYPTION DEPLOY MASTER SSH'.split(' ').join('|')})_?KEY)(?:_|$)` +
    // Also without a _ before them, as in NPMTOKEN. Not TOKENS: a number of tokens is no secret.
    '|(?:PASSWORD|PASSWD|PASSPHRASE|SECRETS?|TOKEN|APIKEY|CREDENTIALS?|AUTH[NZ])(?:_|$)',
);
/** Forms that are a secret whatever the name: AWS, GitHub, GitLab, npm, Slack, Stripe, a JWT, a private key, a URL's password. */
const forms = new RegExp(
  [
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
    String.raw`\bgh[pousr]_[A-Za-z0-9]{36,}`,
    String.raw`\bgithub_pat_[A-Za-z0-9_]{22,}`,
    String.raw`\bglpat-[A-Za-z0-9_-]{20,}`,
    String.raw`\bnpm_[A-Za-z0-9]{36}\b`,
    String.raw`\bxox[abprs]-[A-Za-z0-9-]{10,}`,
    String.raw`\b[rs]k_live_[A-Za-z0-9]{10,}`,
    String.raw`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}`,
    '-----BEGIN [A-Z ]*PRIVATE KEY-----',
    String.raw`:\/\/[^\s/:@]{0,200}:[^\s/@]{1,200}@`,
  ].join('|'),
);

/** Whether a build argument looks like a secret: arguments stay readable in the image's history. */
export const looksSecret = ({ name, value }: { readonly name: string; readonly value: string }) =>
  value !== '' && (words.test(name.toUpperCase().replaceAll('-', '_')) || forms.test(value));
