import {
  bounded,
  cannot,
  floatText,
  isList,
  isMap,
  isText,
  JsonText,
  textOrder,
  type Value,
} from '../value.ts';

/** As `tojson` of Jinja2 writes it, to the byte: sorted keys, ASCII only, and no character that means something in HTML. */
export function toJson(value: Value, indent?: number): JsonText {
  return new JsonText(bounded(write(value, indent, 0).replace(/[<>&'\u007f-\uffff]/g, unicode)));
}

const unicode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function write(value: Value, indent: number | undefined, level: number): string {
  if (isList(value)) {
    const items = value.map((item) => write(item, indent, level + 1));
    return enclosed('[', items, ']', indent, level);
  }
  if (isMap(value)) {
    const entries = [...value]
      .sort(([a], [b]) => textOrder(a, b))
      .map(([key, member]) => `${JSON.stringify(key)}: ${write(member, indent, level + 1)}`);
    return enclosed('{', entries, '}', indent, level);
  }
  if (value === null) return 'null';
  if (isText(value)) return JSON.stringify(value);
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw cannot(value, 'be JSON');
}

function enclosed(
  open: string,
  items: readonly string[],
  close: string,
  indent: number | undefined,
  level: number,
): string {
  if (items.length === 0) return `${open}${close}`;
  if (indent === undefined) return `${open}${items.join(', ')}${close}`;
  const line = (depth: number) => `\n${' '.repeat(indent * depth)}`;
  return `${open}${line(level + 1)}${items.join(`,${line(level + 1)}`)}${line(level)}${close}`;
}
