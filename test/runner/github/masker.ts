/** A port of the runner's masker (DTLogging/SecretMasker.cs, ValueEncoders.cs, `AddMaskCommandExtension`), as far as it shows. */
export interface Masker {
  add(secret: string): void;
  /** The whole value and each line of it, however short: a line `ab` blanks every `ab`. */
  addLines(secret: string): void;
  mask(text: string): string;
  readonly values: readonly string[];
}

export function createMasker(): Masker {
  const values = new Set<string>();
  const add = (secret: string) => {
    if (secret.trim() === '') return;
    for (const form of [secret, base64(secret), encodeURIComponent(secret.toWellFormed()), json(secret)]) {
      values.add(form);
    }
  };
  return {
    add,
    addLines(secret) {
      add(secret);
      for (const line of secret.split(/[\r\n]/)) add(line.trim());
    },
    mask: (text) =>
      [...values]
        .sort((a, b) => b.length - a.length)
        .reduce((masked, one) => masked.replaceAll(one, '***'), text),
    get values() {
      return [...values];
    },
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = (text: string) => JSON.stringify(text).slice(1, -1);
