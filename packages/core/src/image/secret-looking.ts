const words =
  /(?:^|_)(?:PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?|AUTH)(?:_|$)/;
/** Forms that are a secret whatever the name: AWS, GitHub, npm, Slack, a private key. */
const forms =
  /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|npm_[A-Za-z0-9]{36}|xox[abprs]-[A-Za-z0-9-]{10,})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Whether a build argument looks like a secret: arguments stay readable in the image's history. */
export const looksSecret = ({ name, value }: { readonly name: string; readonly value: string }) =>
  value !== '' && (words.test(name.toUpperCase().replaceAll('-', '_')) || forms.test(value));
