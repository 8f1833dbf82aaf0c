import { readFileSync } from 'node:fs';
import path from 'node:path';

const page = path.join(import.meta.dirname, '../../docs/component.md');

/** An example of docs/component.md, by the name of its file; throws if there is none. */
export function exampleOf(file: string): string {
  const [, text] =
    new RegExp(String.raw`<!-- example: ${file} -->\n+\x60{3}\w+\n(.*?)\x60{3}\n`, 's').exec(
      readFileSync(page, 'utf8'),
    ) ?? [];
  if (text === undefined) throw new Error(`docs/component.md has no example ${file}`);
  return text;
}
