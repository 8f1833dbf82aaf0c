import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gatewaySchema, unionKeyword } from './converse-validator.ts';
import type { JsonSchema } from './extract/json-schema.ts';
import { organizationRequests } from './organization-requests.ts';
import { storageRequests } from './storage-requests.ts';
import { storedRequests } from './stored-requests.ts';

interface Validator {
  /** Path of the schema in schemas/, without `.json`. */
  readonly schema: string;
  /** The type of a value that the validator accepts, and the dialect that exports it. */
  readonly type: string;
  readonly dialect: string;
  readonly change?: (schema: JsonSchema) => JsonSchema;
}

/** The validators that run in the gateway, by their file names in schemas/compiled. */
const validators: Readonly<Record<string, Validator>> = {
  'chat-request': { schema: 'openai/chat-request', type: 'ChatRequest', dialect: 'chat' },
  'completions-request': { schema: 'openai/completions-request', type: 'CompletionsRequest', dialect: 'completions' },
  'responses-request': { schema: 'openai/responses-request', type: 'ResponsesRequest', dialect: 'responses-request' },
  'input-tokens-request': {
    schema: 'openai/input-tokens-request',
    type: 'InputTokensRequest',
    dialect: 'responses-request',
  },
  'embeddings-request': { schema: 'openai/embeddings-request', type: 'EmbeddingsRequest', dialect: 'embeddings' },
  ...Object.fromEntries(
    Object.entries(organizationRequests).map(
      ([name, type]) => [name, { schema: `organization/${name}`, type, dialect: 'organization' }] as const,
    ),
  ),
  ...Object.fromEntries(
    Object.entries(storageRequests).map(
      ([name, type]) => [name, { schema: `storage/${name}`, type, dialect: 'storage' }] as const,
    ),
  ),
  ...Object.fromEntries(
    Object.entries(storedRequests).map(
      ([name, type]) => [name, { schema: `stored/${name}`, type, dialect: 'stored' }] as const,
    ),
  ),
  'converse-request': {
    schema: 'bedrock/converse-request',
    type: 'ConverseRequest',
    dialect: 'converse',
    change: gatewaySchema,
  },
};

const schemasFolder = import.meta.dirname;

/** Files that the compiled code depends on besides the schema: after a change in one of them, all validators are compiled again. */
const compilerFiles = [
  path.join(schemasFolder, 'compile-validators.ts'),
  path.join(schemasFolder, 'converse-validator.ts'),
  path.join(schemasFolder, 'organization-requests.ts'),
  path.join(schemasFolder, 'storage-requests.ts'),
  path.join(schemasFolder, 'stored-requests.ts'),
  path.join(schemasFolder, '..', 'node_modules', 'ajv', 'package.json'),
];

/** Compiles the request schemas to standalone validators in schemas/compiled, except for those that are up to date. Works offline. */
export async function compileValidators(): Promise<void> {
  const compiler = Buffer.concat(await Promise.all(compilerFiles.map((file) => readFile(file))));
  await mkdir(path.join(schemasFolder, 'compiled'), { recursive: true });
  await Promise.all(Object.entries(validators).map(([name, validator]) => compile(name, validator, compiler)));
}

async function compile(name: string, validator: Validator, compiler: Buffer): Promise<void> {
  const schema = await readFile(path.join(schemasFolder, `${validator.schema}.json`), 'utf8');
  const target = path.join(schemasFolder, 'compiled', `${name}.mjs`);
  const stamp = `// ${createHash('sha256').update(compiler).update(schema).digest('hex')}\n`;
  if ((await existing(target)).startsWith(stamp)) return;
  await replace(target.replace(/\.mjs$/, '.d.mts'), declaration(validator));
  const parsed: JsonSchema = JSON.parse(schema);
  await replace(target, stamp + (await standalone(validator.change?.(parsed) ?? parsed)));
}

async function existing(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return ''; // not there yet
  }
}

/** The code of a validator. Loads ajv only here, since it is slow to load and most runs have nothing to compile. */
async function standalone(schema: JsonSchema): Promise<string> {
  const [{ Ajv2020, _: template }, { default: standaloneCode }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv/dist/standalone/index.js'),
  ]);
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true, // for a value that may be null, or text or a list
    discriminator: true, // check only the variant that `role` or `type` names
    unicode: false, // lengths in UTF-16 units: to count characters, ajv would walk through every text
    messages: false, // the gateway writes its own, from keyword and params
    logger: false, // it would warn that `unicode` is deprecated; with `strict`, a faulty schema throws
    code: { source: true, lines: true, esm: true },
  });
  Object.assign(ajv.opts, { unevaluated: false, dynamicRef: false }); // no schema uses these keywords, which cost time for every object
  ajv.addKeyword(unionKeyword(template));
  ajv.addSchema(schema, 'schema');
  return slim(standaloneCode.default(ajv, { validate: 'schema' }));
}

/** Removes code that nothing uses, about half of it: callers of the validator pass nothing but the value. */
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
    .replaceAll(/\b(validate\d+)\.errors = \[failed\((.*)\)\];\nreturn false;/g, 'return refused($1,$2);')
    .replaceAll(/return refused\((.*),"type",\{type: ([^{}]*)\}\);/g, 'return mistyped($1,$2);')
    .concat(
      '\nfunction failed(instancePath,keyword,params){return {instancePath,keyword,params};}',
      '\nfunction refused(validate,instancePath,keyword,params){validate.errors = [failed(instancePath,keyword,params)];return false;}',
      '\nfunction mistyped(validate,instancePath,type){return refused(validate,instancePath,"type",{type});}\n',
    );
}

/** Writes the parts of schemas that errors quote, such as lists of allowed values, in place, and removes the schemas. */
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

/** An error of a validator: the JSON pointer of the value, the keyword that refused it, and the details of that keyword. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}

/** Whether a value matches its schema; if not, \`validate.errors\` has the reasons, the innermost first. */
export declare const validate: {
  (value: unknown): value is ${type};
  errors?: SchemaError[] | null;
};
`;
}

/** Replaces a file atomically, for other processes that read or compile it at the same time. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, file);
}
