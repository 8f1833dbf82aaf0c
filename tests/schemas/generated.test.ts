import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { generatedFiles } from '../../schemas/extract/files.ts';
import { readSpecifications, sourcesOf } from '../../schemas/extract/sources.ts';
import { needs } from '../support/skip.ts';

const project = path.join(import.meta.dirname, '..', '..');
const { OPENAPI_DOCUMENT, AWS_MODELS } = process.env;
const present = OPENAPI_DOCUMENT !== undefined && AWS_MODELS !== undefined;

const schemaFiles = [
  'schemas/openai',
  'schemas/organization',
  'schemas/storage',
  'schemas/stored',
  'schemas/bedrock',
  'schemas/sagemaker',
].flatMap((folder) => readdirSync(path.join(project, folder)).map((file) => `${folder}/${file}`));

function committed(file: string): string {
  return readFileSync(path.join(project, file), 'utf8');
}

/** Compares by code unit like the generator, independent of the locale. */
function alphabetically(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

needs(
  present,
  "OPENAPI_DOCUMENT (OpenAI's OpenAPI document) and AWS_MODELS (a folder of AWS's service models) are not set",
)('each committed file', () => {
  test('matches what the generator makes of the documents', async () => {
    const files = generatedFiles(await readSpecifications(sourcesOf(process.env)));
    for (const [file, text] of files) expect({ file, text: committed(file) }).toEqual({ file, text });
    const generated = [...files.keys()].filter((file) => file.endsWith('.json'));
    expect(schemaFiles.toSorted(alphabetically)).toEqual(generated.toSorted(alphabetically));
  });
});

describe('each committed file', () => {
  const ajv = new Ajv2020({ strict: false });

  test.each(schemaFiles.filter((file) => !file.endsWith('operations.json')))('%s is a JSON Schema', (file) => {
    expect({ isValid: ajv.validateSchema(JSON.parse(committed(file))), errors: ajv.errors ?? [] }).toEqual({
      isValid: true,
      errors: [],
    });
  });

  test.each(schemaFiles)('%s contains no prose', (file) => {
    expect(annotationsIn(JSON.parse(committed(file)))).toEqual([]);
  });

  test.each(schemaFiles)('%s refers only to its own definitions and uses all of them', (file) => {
    const text = committed(file);
    const used = new Set([...text.matchAll(/"\$ref": "([^"]*)"/g)].map(([, ref = '']) => ref));
    const schema: { $defs?: Record<string, unknown> } = JSON.parse(text);
    expect([...used].toSorted(alphabetically)).toEqual(
      Object.keys(schema.$defs ?? {}).map((name) => `#/$defs/${name}`),
    );
  });
});

const proseKeywords = new Set([
  'description',
  'title',
  'example',
  'examples',
  'documentation',
  'default',
  'deprecated',
]);

/** Paths of the annotation keywords in a schema; properties may have the same names. */
function annotationsIn(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const names = /\/(properties|\$defs|parameters|errors|streamErrors)$/.test(at);
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = `${at}/${key}`;
    return !names && (proseKeywords.has(key) || key.startsWith('x-')) ? [place] : annotationsIn(inner, place);
  });
}
