import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The requests that are validated at run time: file in schemas/openai → the type it proves. */
const VALIDATORS = { 'chat-request': 'ChatRequest' } as const;

const FOLDER = import.meta.dirname;

/**
 * Compiles the request schemas to standalone validators in schemas/compiled. Offline; what is up to date stays as it is.
 * CommonJS, because ajv's module output still contains `require`.
 */
export async function compileValidators(): Promise<void> {
  const ajv = path.join(FOLDER, '..', 'node_modules', 'ajv', 'package.json');
  const [options, version] = await Promise.all([readFile(path.join(FOLDER, 'compile-validators.ts')), readFile(ajv)]);
  const compiler = Buffer.concat([options, version]);
  await mkdir(path.join(FOLDER, 'compiled'), { recursive: true });
  const jobs = Object.entries(VALIDATORS).map(([name, type]) => compile(name, type, compiler));
  await Promise.all(jobs);
}

async function compile(name: string, type: string, compiler: Buffer): Promise<void> {
  const schema = await readFile(path.join(FOLDER, 'openai', `${name}.json`), 'utf8');
  const target = path.join(FOLDER, 'compiled', `${name}.cjs`);
  const stamp = `// ${createHash('sha256').update(compiler).update(schema).digest('hex')}\n`;
  if ((await current(target)).startsWith(stamp)) return;
  await replace(target.replace(/\.cjs$/, '.d.cts'), declaration(type));
  await replace(target, stamp + (await standalone(schema)));
}

async function current(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return ''; // not there yet
  }
}

/** Loads ajv only when there is something to compile: it is slow to load, and most runs find all up to date. */
async function standalone(schema: string): Promise<string> {
  const [{ Ajv2020 }, { default: standaloneCode }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv/dist/standalone/index.js'),
  ]);
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true, // how a value that may be null, or text or a list, is said
    discriminator: true, // check only the variant that `role` or `type` names
    unicode: false, // lengths in UTF-16 units: the other way counts every character of a long text
    messages: false, // the gateway words its own, from keyword and params
    logger: false, // it would call `unicode` deprecated; what is wrong with a schema throws, by `strict`
    code: { source: true, lines: true },
  });
  ajv.addSchema(JSON.parse(schema), 'schema');
  return slim(standaloneCode.default(ajv, { validate: 'schema' }));
}

/**
 * Leaves out what nobody reads, a third of the size: every definition is written beside the code, though errors quote
 * only some (lists of values), and the root one holds all the others once more; and errors carry a path into the schema.
 */
function slim(code: string): string {
  const isRead = (name: string): boolean => code.split(new RegExp(`\\b${name}\\b`)).length > 2;
  return code
    .replaceAll(/^const (schema\d+) = (\{.*\});\n/gm, (_line, name: string, text: string) =>
      isRead(name) ? `const ${name} = ${JSON.stringify({ ...JSON.parse(text), $defs: undefined })};\n` : '',
    )
    .replaceAll(/,schemaPath:"[^"]*"/g, '');
}

function declaration(type: string): string {
  return `import type { ${type} } from '../../function/dialects/chat.gen.ts' with { 'resolution-mode': 'import' };

/** What is wrong: at which place (a JSON pointer), which keyword refused it, and that keyword's own details. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}

/** Whether a value is what its schema says; if not, \`validate.errors\` says why, the innermost reason first. */
export declare const validate: {
  (value: unknown): value is ${type};
  errors?: SchemaError[] | null;
};
`;
}

/** At once, so that nobody who compiles or reads at the same time sees half a file. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, file);
}
