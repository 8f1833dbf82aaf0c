/** An element's content: text, or further elements by name; a list is one element for each of its items. */
export type Content = string | { readonly [name: string]: Content | readonly Content[] };

/** A document of AWS's query protocol, or of S3; `namespace` is the service's own, with its version. */
export function document(root: string, content: Content, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<${root}${attribute}>${inner(content)}</${root}>`;
}

function inner(content: Content): string {
  if (typeof content === 'string') return escaped(content);
  return Object.entries(content)
    .flatMap(([name, value]) => [value].flat().map((each: Content) => `<${name}>${inner(each)}</${name}>`))
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>]|\p{Cc}/gu, (char) => entities[char] ?? `&#${char.charCodeAt(0)};`);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
