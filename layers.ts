/** What the files of one layer may import. Paths are relative to the repository's root. */
export interface Layer {
  /** One sentence that tells the author of a refused import what the layer is for. */
  readonly rule: string;
  /**
   * Folders, files and packages from which values and types may be imported. `node:` stands for every module of Node, `@pulumi` for
   * every package of that scope. A layer that is a folder names itself here if its files may import each other.
   */
  readonly values: readonly string[];
  /** Folders, files and packages of which only types may be imported; none of them contains an entry of `values`. */
  readonly types?: readonly string[];
}

const modelLayers = [
  'function/validate',
  'function/catalog',
  'function/translate',
  'function/backends',
  'function/tokenizers',
];
const requestLayers = ['function/http', 'function/auth', 'function/request-context.ts', 'function/log-words.ts'];
const sharedLayers = ['function/dialects', 'function/errors.ts'];
const sharedTypes = [
  'function/config.ts',
  'function/credential.ts',
  'function/http-values.ts',
  'function/invocation.ts',
];

/**
 * The layers of the product: a folder or a file → what it may import. The longest path that contains a file is the file's layer.
 * Both the linter (`oxlint.config.ts`) and `tests/layers.test.ts` read this table.
 */
export const layers: Readonly<Record<string, Layer>> = {
  'function/dialects': {
    rule: 'dialects/ holds wire types and constants: it imports nothing.',
    values: ['function/dialects'],
  },
  'function/catalog': {
    rule: 'catalog/ knows names and families: it may import only dialects/ and errors.ts.',
    values: ['function/catalog', ...sharedLayers],
  },
  'function/translate': {
    rule: 'translate/ is pure: it may import only dialects/, the family tables of catalog/ and errors.ts.',
    values: [
      'function/translate',
      'function/catalog/family.ts',
      'function/catalog/families.ts',
      'function/catalog/embedding-families.ts',
      ...sharedLayers,
    ],
  },
  'function/validate': {
    rule: 'validate/ turns unknown values into typed ones: it may import only compiled schemas, dialects/ and errors.ts.',
    values: ['function/validate', 'schemas/compiled', ...sharedLayers],
  },
  'function/backends': {
    rule: 'backends/ only talks to models: it may import dialects/, errors.ts, what the wire needs, and types of the configuration.',
    values: [
      'function/backends',
      ...sharedLayers,
      'node:',
      '@smithy/eventstream-codec',
      '@aws-sdk/client-sts',
      '@aws-sdk/client-secrets-manager',
      '@aws-sdk/client-ssm',
    ],
    types: ['function/config.ts', 'function/credential.ts', 'function/catalog/catalog.ts'],
  },
  'function/chat-templates': {
    rule: 'chat-templates/ renders prompts: it may import the messages of translate/, types of the catalog, errors.ts and the engine.',
    values: [
      'function/chat-templates',
      'function/translate/chat/to-completions',
      'function/errors.ts',
      '@huggingface/jinja',
    ],
    types: ['function/catalog/catalog.ts'],
  },
  'function/tokenizers': {
    rule: 'tokenizers/ turns tokens into text: it may import only errors.ts and the vocabularies.',
    values: ['function/tokenizers', 'function/errors.ts', 'gpt-tokenizer'],
  },
  'function/http': {
    rule: 'http/ knows neither models nor callers: it may import only dialects/, errors.ts, Node, and types of HTTP.',
    values: ['function/http', ...sharedLayers, 'node:'],
    types: ['function/http-values.ts'],
  },
  'function/auth': {
    rule: 'auth/ knows callers only: it may import only dialects/, errors.ts, Node, and types of HTTP and of credentials.',
    values: ['function/auth', ...sharedLayers, 'node:'],
    types: ['function/http-values.ts', 'function/credential.ts'],
  },
  'function/keys': {
    rule: "keys/ knows the stack's own API keys: it may import only auth/, errors.ts, Node, AWS's clients, and types of the configuration.",
    values: [
      'function/keys',
      'function/auth',
      'function/errors.ts',
      'node:',
      '@aws-sdk/client-dynamodb',
      '@aws-sdk/client-cognito-identity-provider',
    ],
    types: ['function/config.ts'],
  },
  'function/metering': {
    rule: "metering/ counts what callers use and spend: it may import auth/, catalog/, the wire and the signature of backends/, dialects/, errors.ts, Node, AWS's clients, and types of the pipeline.",
    values: [
      'function/metering',
      'function/auth',
      'function/catalog',
      'function/backends/wire',
      'function/backends/stack/signature.ts',
      ...sharedLayers,
      'node:',
      '@aws-sdk/client-dynamodb',
      '@aws-sdk/client-sns',
    ],
    types: ['function/config.ts', 'function/pipeline/meter.ts', 'function/pipeline/usage.ts'],
  },
  'function/metrics': {
    rule: 'metrics/ writes metrics of requests: it may import only the prices of metering/, and types of the catalog, the configuration and the request.',
    values: ['function/metrics', 'function/metering/prices.ts'],
    types: ['function/catalog/catalog.ts', 'function/config.ts', 'function/request-context.ts'],
  },
  'function/storage': {
    rule: "storage/ keeps files of callers and answers to them: it may import only auth/, the digits of keys/, dialects/, errors.ts, Node, AWS's clients, and types of the configuration.",
    values: [
      'function/storage',
      'function/auth',
      'function/keys/key-text.ts',
      ...sharedLayers,
      'node:',
      '@aws-sdk/client-s3',
      '@aws-sdk/s3-request-presigner',
    ],
    types: ['function/config.ts'],
  },
  'function/auth/jwt': {
    rule: 'auth/jwt/ verifies tokens of issuers: it may import auth/, dialects/, errors.ts, Node, and the library that verifies them.',
    values: ['function/auth', ...sharedLayers, 'node:', 'aws-jwt-verify'],
  },
  'function/event': {
    rule: 'event/ knows Lambda events only: it may import only errors.ts, invocation.ts, Node, and types of HTTP.',
    values: ['function/event', 'function/errors.ts', 'function/invocation.ts', 'node:'],
    types: ['function/http-values.ts'],
  },
  'function/pipeline': {
    rule: 'pipeline/ serves every endpoint: it may import anything below it, and the estimate of metering/, but neither endpoints/ nor event/.',
    values: [
      'function/pipeline',
      'function/storage',
      'function/metering/input-tokens.ts',
      ...modelLayers,
      ...requestLayers,
      ...sharedLayers,
    ],
    types: sharedTypes,
  },
  'function/organization': {
    rule: 'organization/ serves the administration API: it may import keys/, the places and limits of metering/, validate/, catalog/, http/, auth/, dialects/ and what refuses a path.',
    values: [
      'function/organization',
      'function/catalog',
      'function/keys/key-text.ts',
      'function/keys/lists.ts',
      'function/metering/limits.ts',
      'function/metering/places.ts',
      'node:',
      'function/validate',
      'function/pipeline/unknown-url.ts',
      'function/http',
      'function/auth',
      ...sharedLayers,
    ],
    types: [
      'function/keys/directory.ts',
      'function/keys/records.ts',
      'function/metering/reports.ts',
      'function/metering/usage-rows.ts',
      'function/pipeline/endpoint.ts',
      'function/request-context.ts',
      'function/http-values.ts',
    ],
  },
  'function/stored': {
    rule: 'stored/ serves what the stack stores: it may import pipeline/ and anything below, and what refuses a path, but no other endpoints.',
    values: [
      'function/stored',
      'function/endpoints/unserved.ts',
      'function/pipeline',
      'function/storage',
      ...modelLayers,
      ...requestLayers,
      ...sharedLayers,
    ],
    types: sharedTypes,
  },
  'function/mcp': {
    rule: 'mcp/ serves MCP over the other endpoints: it may import the SDK, http/, auth/, catalog/, dialects/, readers of streams, the pages of docs/, what links files, and types of the pipeline.',
    values: [
      'function/mcp',
      'docs',
      'function/catalog',
      'function/backends/sse/line-reader.ts',
      'function/backends/wire/json.ts',
      'function/pipeline/unknown-url.ts',
      'function/pipeline/caller-storage.ts',
      'function/pipeline/file-link.ts',
      'function/storage/owners.ts',
      'function/storage/settings.ts',
      'function/http',
      'function/auth',
      ...sharedLayers,
      'node:',
      '@modelcontextprotocol/server',
      'zod',
    ],
    types: ['function/pipeline/endpoint.ts', 'function/request-context.ts', 'function/http-values.ts'],
  },
  'function/endpoints': {
    rule: 'endpoints/ holds one file per route: it may import pipeline/ and anything below, but neither other endpoints nor event/.',
    values: ['function/pipeline', 'function/storage', ...modelLayers, ...requestLayers, ...sharedLayers],
    types: sharedTypes,
  },
  'function/endpoints/index.ts': {
    rule: 'endpoints/index.ts lists the routes: it may import what endpoints may, the endpoints, the administration API, what is stored, and MCP.',
    values: [
      'function/endpoints',
      'function/organization',
      'function/stored',
      'function/mcp',
      'function/pipeline',
      'function/storage',
      ...modelLayers,
      ...requestLayers,
      ...sharedLayers,
    ],
    types: sharedTypes,
  },
  'function/app.ts': {
    rule: 'app.ts knows paths and errors: it may import endpoints/, pipeline/, http/, auth/ and errors.ts; only handler.ts knows events.',
    values: ['function/endpoints', 'function/pipeline', ...requestLayers, 'function/errors.ts'],
    types: sharedTypes,
  },
  'function/handler.ts': {
    rule: 'handler.ts puts the function together: it may import anything in function/.',
    values: ['function', 'node:'],
  },
  'function/services.ts': {
    rule: 'services.ts builds the dependencies of a request: it may import anything in function/.',
    values: ['function', 'node:'],
  },
  'function/names.ts': {
    rule: 'names.ts reads further names at run time: it may import anything in function/.',
    values: ['function', 'node:'],
  },
  'function/debug.ts': {
    rule: 'debug.ts shows what passes: it may import http/, Node, and types of backends/, dialects/ and the request.',
    values: ['function/http', 'node:'],
    types: [
      'function/backends',
      'function/dialects',
      'function/http-values.ts',
      'function/invocation.ts',
      'function/request-context.ts',
    ],
  },
  'function/log-words.ts': {
    rule: 'log-words.ts may import only types of request-context.ts.',
    values: [],
    types: ['function/request-context.ts'],
  },
  'function/log.ts': {
    rule: 'log.ts may import only the logger and types of the log line and the configuration.',
    values: ['@aws-lambda-powertools/logger'],
    types: ['function/config.ts', 'function/request-context.ts'],
  },
  'function/request-context.ts': {
    rule: 'request-context.ts is types: it may import only types.',
    values: [],
    types: ['function'],
  },
  'function/config.ts': { rule: 'config.ts reads the environment: it may import only Node.', values: ['node:'] },
  'function/credential.ts': { rule: 'credential.ts is one type: it imports nothing.', values: [] },
  'function/errors.ts': { rule: 'errors.ts is known to every layer: it imports nothing.', values: [] },
  'function/http-values.ts': {
    rule: 'http-values.ts is types: it may import only types of Node.',
    values: [],
    types: ['node:'],
  },
  'function/invocation.ts': {
    rule: 'invocation.ts is types: it may import only types of HTTP.',
    values: [],
    types: ['function/http-values.ts'],
  },
  infra: {
    rule: 'infra/ may import types of the catalog and the environment; of values only the backends, the tables of models, the metrics, and the forms of model ids and keys.',
    values: [
      'infra',
      'function/backends/registry.ts',
      'function/catalog/embedding-families.ts',
      'function/catalog/families.ts',
      'function/dialects/model-ids.ts',
      'function/keys/key-text.ts',
      'function/metrics/definition.ts',
      'schemas',
      '@pulumi',
      'node:',
      'esbuild',
      '@huggingface/jinja',
      'fastest-levenshtein',
    ],
    types: [
      'function/config.ts',
      'function/catalog/catalog.ts',
      'function/catalog/family.ts',
      'function/auth/jwt/issuer.ts',
      'function/metering/limits.ts',
      'function/mcp/settings.ts',
      'function/storage/settings.ts',
    ],
  },
  component: {
    rule: 'component/ offers infra/ to other programs: it may import infra/, types of the catalog, Pulumi, Node and esbuild.',
    values: ['component', 'infra', '@pulumi', 'node:', 'esbuild'],
    types: ['function/catalog/catalog.ts'],
  },
  'index.ts': {
    rule: 'index.ts composes infra/: it may import infra/ and Pulumi.',
    values: ['infra', '@pulumi/pulumi'],
  },
  local: {
    rule: 'local/ runs the built bundle: it may not import the sources of function/ or infra/.',
    values: [
      'local',
      'index.ts',
      'schemas',
      '@peculiar/asn1-schema',
      '@peculiar/asn1-x509',
      '@pulumi/pulumi',
      '@smithy/eventstream-codec',
      '@smithy/signature-v4',
      'node:',
      'yaml',
      'ajv',
    ],
    types: ['aws-lambda'],
  },
  fleet: {
    rule: 'fleet/ runs one stack for each customer: it may import the settings of infra/, the metrics, Pulumi, and what reads its file.',
    values: [
      'fleet',
      'infra/settings.ts',
      'infra/bootstrap.ts',
      'function/backends/stack/signature.ts',
      'local/command-line.mjs',
      'function/metrics/definition.ts',
      '@pulumi/pulumi',
      '@aws-sdk/client-sts',
      'node:',
      'yaml',
      'ajv',
      'fastest-levenshtein',
    ],
  },
  cli: {
    rule: 'cli/ knows the gateway by its REST API alone: it may import only Node and fastest-levenshtein, nothing of function/ or infra/.',
    values: ['cli', 'node:', 'fastest-levenshtein'],
  },
  operations: {
    rule: 'operations/ looks after deployed stacks: it may import Node, yaml, the terminal and the URLs of cli/, the signature of backends/, and the client of SNS.',
    values: [
      'operations',
      'cli/base-url.ts',
      'cli/failure.ts',
      'cli/nearest.ts',
      'cli/printable.ts',
      'cli/process-terminal.ts',
      'function/backends/stack/signature.ts',
      'node:',
      'yaml',
      '@aws-sdk/client-sns',
    ],
    types: ['cli/terminal.ts'],
  },
  schemas: {
    rule: 'schemas/ generates types and validators: it may import only Node and ajv, and types of dialects/.',
    values: ['schemas', 'node:', 'ajv'],
    types: ['function/dialects'],
  },
  scripts: {
    rule: 'scripts/ runs before anything is installed: it may import Node, local/, the metrics, and tables of catalog/, translate/ and storage/, no package.',
    values: [
      'scripts',
      'fleet/command-line.mjs',
      'local',
      'index.ts',
      'function/catalog',
      'function/metrics/definition.ts',
      'function/translate',
      'function/storage/disposition.ts',
      'node:',
    ],
  },
  'scripts/mutants.ts': {
    rule: 'scripts/mutants.ts reads source code: it may import the parser alone.',
    values: ['oxc-parser'],
  },
  bench: {
    rule: 'bench/ measures the product: it may import function/ but event/, the bundler of infra/, Node and its own tools; not local/.',
    values: [
      'bench',
      'infra/bundle.ts',
      'function/app.ts',
      'function/backends',
      'function/catalog',
      'function/config.ts',
      'function/http',
      'function/keys',
      'function/log.ts',
      'function/services.ts',
      'function/validate',
      'node:',
      'undici',
      'esbuild',
      '@smithy/eventstream-codec',
    ],
    types: ['function/http-values.ts', 'function/invocation.ts'],
  },
};

/** Whether an entry of the table names a package or `node:` rather than a path of this repository. */
export const isPackage = (entry: string): boolean =>
  !/^(?:function|infra|component|local|fleet|cli|operations|schemas|scripts|bench|docs|index\.ts)(?:\/|$)/.test(entry);

const isWithin = (target: string, entry: string): boolean =>
  target === entry || target.startsWith(entry.endsWith(':') ? entry : `${entry}/`);

/** The path of the layer of a file: the longest key of `layers` that contains it. Undefined for files of no layer, such as tests. */
export function layerOf(file: string): string | undefined {
  const paths = Object.keys(layers).filter((path) => isWithin(file, path));
  return paths.toSorted((a, b) => b.length - a.length)[0];
}

/** Whether a layer may import a target: a package, or a path relative to the root. */
export function mayImport({ values, types = [] }: Layer, target: string, isType: boolean): boolean {
  return (isType ? [...values, ...types] : values).some((entry) => isWithin(target, entry));
}
