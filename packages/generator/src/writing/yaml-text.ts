import { Document, type ToStringOptions, visit } from 'yaml';

const style: ToStringOptions = { lineWidth: 110, singleQuote: true };

/** YAML 1.1 readers (the CircleCI compiler among them) take these words for booleans unless they are quoted. */
const booleanInYaml11 = /^(?:y|n|yes|no|on|off|true|false)$/i;

/** Nothing, and what one reader or another takes for a number (`.` is one). */
const notText = /^(?:|[-+.\d]\S*)$/;

/**
 * A value as YAML under a comment that says where it comes from. Text that an older reader would take for
 * something else is quoted; text of several lines becomes a literal block.
 */
export function yamlText(value: unknown, source: string): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'string') return;
      if (node.value.includes('\n')) node.type = 'BLOCK_LITERAL';
      else if (key !== 'key' && (notText.test(node.value) || booleanInYaml11.test(node.value)))
        node.type = 'QUOTE_SINGLE';
    },
  });
  return `# Generated from ${source}. Change that, then run: npm run generate\n${document.toString(style)}`;
}
