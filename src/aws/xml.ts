/** A value that can be written as XML text. */
export type XmlScalar = string | number | boolean;

/**
 * Content of an element: text, child elements in order, or a list whose entries become `<item>` children. A child
 * whose value is undefined is left out; an empty list or text gives an empty element.
 */
export type XmlValue = XmlScalar | XmlNode | readonly XmlValue[] | undefined;

/** Child elements by name, written in insertion order. */
export interface XmlNode {
  readonly [name: string]: XmlValue;
}

/** `<name>…</name>` of one element and all below it; nothing for undefined. */
export function formatXml(name: string, value: XmlValue, attributes = ''): string {
  if (value === undefined) return '';
  const content = formatContent(value);
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

function formatContent(value: Exclude<XmlValue, undefined>): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return value.map((entry) => formatXml('item', entry)).join('');
  let content = '';
  for (const name in value) content += formatXml(name, value[name]);
  return content;
}

function isList(value: XmlNode | readonly XmlValue[]): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** Text as XML 1.0 content. A character that XML cannot carry at all becomes U+FFFD; a bare CR would be read as LF. */
export function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the control characters are what is looked for
  if (!/[&<>"\u0000-\u001f\ufffe\uffff\ud800-\udfff]/.test(text)) return text;
  return (
    text
      .replace(/[&<>"\r]/g, (found) => ENTITIES[found] ?? found)
      // oxlint-disable-next-line no-control-regex -- see above
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/\p{Surrogate}/gu, '\ufffd')
  );
}
