/** An element's content: text, or further elements by name. */
export type Content = string | { readonly [name: string]: Content };

/** A document of AWS's query protocol; `namespace` is the service's own, with its version. */
export function document(root: string, content: Content, namespace: string): string {
  return `<${root} xmlns="${namespace}">${inner(content)}</${root}>`;
}

function inner(content: Content): string {
  if (typeof content === 'string') return content.replaceAll(/[&<>]/g, (char) => entities[char] ?? char);
  return Object.entries(content)
    .map(([name, value]) => `<${name}>${inner(value)}</${name}>`)
    .join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
