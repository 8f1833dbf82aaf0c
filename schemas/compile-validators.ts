import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { asRead, unionKeyword } from './converse-validator.ts';
import type { JsonSchema } from './extract/json-schema.ts';

interface Validator {
  /** A file in schemas/, without its ending. */
  readonly schema: string;
  /** The type that the validator proves, and the dialect that has it. */
  readonly type: string;
  readonly dialect: string;
  readonly change?: (schema: JsonSchema) => JsonSchema;
}

/** The requests that are validated at run time: file in schemas/compiled → what it is made from. */
const validators: Readonly<Record<string, Validator>> = {
  'chat-request': { schema: 'openai/chat-request', type: 'ChatRequest', dialect: 'chat' },
  'completions-request': { schema: 'openai/completions-request', type: 'CompletionsRequest', dialect: 'completions' },
  'embeddings-request': { schema: 'openai/embeddings-request', type: 'EmbeddingsRequest', dialect: 'embeddings' },
  'converse-request': {
    schema: 'bedrock/converse-request',
    type: 'ConverseRequest',
    dialect: 'converse',
    change: asRead,
  },
};

const schemasFolder = import.meta.dirname;

/** What decides the code beside the schema: a change here makes all validators stale. */
const compilerFiles = [
  path.join(schemasFolder, 'compile-validators.ts'),
  path.join(schemasFolder, 'converse-validator.ts'),
  path.join(schemasFolder, '..', 'node_modules', 'ajv', 'package.json'),
];

/**
 * Compiles the request schemas to standalone validators in schemas/compiled. Offline; what is up to date stays as it is.
 */
export async function compileValidators(): Promise<void> {
  const compiler = Buffer.concat(await Promise.all(compilerFiles.map((file) => readFile(file))));
  await mkdir(path.join(schemasFolder, 'compiled'), { recursive: true });
  await Promise.all(Object.entries(validators).map(([name, validator]) => compile(name, validator, compiler)));
}

async function compile(name: string, validator: Validator, compiler: Buffer): Promise<void> {
  const schema = await readFile(path.join(schemasFolder, `${validator.schema}.json`), 'utf8');
  const target = path.join(schemasFolder, 'compiled', `${name}.mjs`);
  const stamp = `// ${createHash('sha256').update(compiler).update(schema).digest('hex')}\n`;
  if ((await current(target)).startsWith(stamp)) return;
  await replace(target.replace(/\.mjs$/, '.d.mts'), declaration(validator));
  const parsed: JsonSchema = JSON.parse(schema);
  await replace(target, stamp + (await standalone(validator.change?.(parsed) ?? parsed)));
}

async function current(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return ''; // not there yet
  }
}

/** Loads ajv only when there is something to compile: it is slow to load, and most runs find all up to date. */
async function standalone(schema: JsonSchema): Promise<string> {
  const [{ Ajv2020, _: template }, { default: standaloneCode }] = await Promise.all([
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
    code: { source: true, lines: true, esm: true },
  });
  Object.assign(ajv.opts, { unevaluated: false, dynamicRef: false }); // no schema has these keywords, which cost every object
  ajv.addKeyword(unionKeyword(template));
  ajv.addSchema(schema, 'schema');
  return slim(standaloneCode.default(ajv, { validate: 'schema' }));
}

/** Leaves out what nobody reads, about half of the size: the function that the code exports is called with a value alone. */
function slim(code: string): string {
  return quoteSchemas(code)
    .replaceAll(/,schemaPath:"[^"]*"/g, '')
    .replaceAll('{instancePath="", parentData, parentDataProperty, rootData=data}={}', 'instancePath=""')
    .replaceAll(/\{instancePath(?::([^{},]+))?,parentData[^{}]*,rootData\}/g, (_parents, at = 'instancePath') => at)
    .replaceAll(
      /\{instancePath(?::([^,{}]+))?,keyword:("\w+"),params:(\{[^{}]*\})(?:,propertyName:\w+)?\}/g,
      (_error, ...[at, keyword, params]: (string | undefined)[]) =>
        `failed(${at ?? 'instancePath'},${keyword},${params})`,
    )
    .concat('\nfunction failed(instancePath,keyword,params){return {instancePath,keyword,params};}\n');
}

/** Writes values of schemas, such as lists of allowed values, where errors quote them, and leaves out the schemas. */
function quoteSchemas(code: string): string {
  const schemas = new Map<string, unknown>();
  const rest = code.replaceAll(/^const (schema\d+) = (\{.*\});\n/gm, (_line, name: string, text: string) => {
    schemas.set(name, JSON.parse(text));
    return '';
  });
  return rest.replaceAll(/\b(schema\d+)((?:\.\w+|\[\d+\])+)/g, (_read, name: string, steps: string) =>
    JSON.stringify(steps.match(/\w+/g)?.reduce(property, schemas.get(name))),
  );
}

function property(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function declaration({ type, dialect }: Validator): string {
  return `import type { ${type} } from '../../function/dialects/${dialect}.gen.ts';

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
