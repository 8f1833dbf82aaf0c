import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../support/gateway.ts';

/** An example in Python, as a document has it. */
export interface Example {
  /** Where it stands, and what it imports. */
  readonly name: string;
  readonly source: string;
}

/** Clients whose lines are tried by hand (the document says so): they are not among the packages of the tests. */
const untestedClients = /\b(llama_index|litellm)\b/;

/** Examples that need a file of the reader's own. */
const ownFiles = /"report\.pdf"/;

/** Every example in Python of README.md, docs/clients.md and docs/files.md that the test suite claims to cover. */
export function documentedExamples(): Example[] {
  return ['README.md', 'docs/clients.md', 'docs/files.md']
    .flatMap(examplesOf)
    .filter(({ source }) => !untestedClients.test(source) && !ownFiles.test(source));
}

function examplesOf(document: string): Example[] {
  const text = readFileSync(path.join(root, document), 'utf8');
  return [...text.matchAll(/^```python\n(.*?)^```$/gms)].map(([, source = '']) => {
    const imported = [...source.matchAll(/^(?:from (\w+)|import .*?(\w+)$)/gm)].map(([, from, last]) => from ?? last);
    const clients = new Set(imported.filter((each) => !['os', 'json', undefined].includes(each)));
    return { name: `${document}: ${[...clients].join(', ')}`, source };
  });
}

/** The example with the values of this stack in the places of the documents' own. */
export function filledIn(source: string, { origin, apiKey }: { origin: string; apiKey: string }): string {
  return source
    .replaceAll(/https?:\/\/(localhost:8787|openai\.example\.com)/g, origin)
    .replaceAll('<the key that npm start printed>', apiKey);
}
