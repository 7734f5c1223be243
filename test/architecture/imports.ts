import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

interface Import {
  /** `yaml`, `@landfall/core/world/world`, `./file.ts`. */
  readonly specifier: string;
  /** Only types are taken: nothing of it is loaded. */
  readonly typeOnly: boolean;
}

export interface Source {
  /** From the folder that was read. */
  readonly file: string;
  readonly imports: readonly Import[];
}

/** What every TypeScript file of a folder imports, in any way. */
export const sourcesIn = (folder: string): readonly Source[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .sort()
    .map((file) => ({ file, imports: importsOf(readFileSync(join(folder, file), 'utf8')) }));

type Node = Readonly<Record<string, unknown>>;

export function importsOf(text: string): readonly Import[] {
  const found: Import[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      const one = importIn(node as Node);
      if (one) found.push(one);
      Object.values(node).forEach(visit);
    }
  };
  const { body } = parseSync(text, { syntax: 'typescript' });
  // Only a dynamic import, or one of a type, stands anywhere but at the top.
  if (/\bimport\(/.test(text)) visit(body);
  else found.push(...body.flatMap((item) => importIn(item as unknown as Node) ?? []));
  return found;
}

function importIn(node: Node): Import | undefined {
  const specifierOf = (given: unknown) => (given as { readonly value: string }).value;
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      if (!node.source) return undefined;
      const names = (node.specifiers ?? []) as readonly { readonly isTypeOnly?: boolean }[];
      const typeOnly = node.typeOnly === true || (names.length > 0 && names.every((name) => name.isTypeOnly));
      return { specifier: specifierOf(node.source), typeOnly };
    }
    case 'CallExpression': {
      const [given] = node.arguments as readonly { readonly expression: Node }[];
      if ((node.callee as Node).type !== 'Import' || given?.expression.type !== 'StringLiteral')
        return undefined;
      return { specifier: specifierOf(given.expression), typeOnly: false };
    }
    case 'TsImportType':
      return { specifier: specifierOf(node.argument), typeOnly: true };
    default:
      return undefined;
  }
}
