import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '..');

/** Who may import whom: the first part of a path → what its imports may begin with. `type:` marks type-only imports. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'function/dialects': ['function/dialects'],
  'function/catalog': ['function/catalog', 'function/dialects', 'function/errors.ts'],
  'function/translate': [
    'function/translate',
    'function/dialects',
    'function/catalog/family.ts',
    'function/catalog/families.ts',
    'function/catalog/embedding-families.ts',
    'function/errors.ts',
  ],
  'function/validate': ['function/validate', 'schemas/compiled', 'function/dialects', 'function/errors.ts'],
  'function/backends': [
    'function/backends',
    'function/dialects',
    'function/errors.ts',
    'type:function/credential.ts',
    'type:function/config.ts',
    'type:function/catalog/catalog.ts',
    'node:',
    '@smithy/eventstream-codec',
    '@smithy/signature-v4',
    '@aws-sdk/client-sts',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-ssm',
  ],
  'function/chat-templates': [
    'function/chat-templates',
    'type:function/catalog/catalog.ts',
    'function/translate/chat/to-completions',
    'function/errors.ts',
    '@huggingface/jinja',
  ],
  'function/tokenizers': ['function/tokenizers', 'function/errors.ts', 'gpt-tokenizer/'],
  'function/http': ['function/http', 'function/dialects', 'function/errors.ts', 'node:'],
  'function/auth': [
    'function/auth',
    'function/dialects',
    'function/errors.ts',
    'type:function/credential.ts',
    'type:function/http-values.ts',
    'node:',
  ],
  'function/event': [
    'function/event',
    'function/errors.ts',
    'function/invocation.ts',
    'type:function/http-values.ts',
    'node:',
  ],
  'function/pipeline': [
    'function/pipeline',
    'function/request-context.ts',
    'function/http',
    'function/auth',
    'function/validate',
    'function/catalog',
    'function/translate',
    'function/backends',
    'function/dialects',
    'function/errors.ts',
    'function/tokenizers',
    'type:function/credential.ts',
    'type:function/config.ts',
    'type:function/invocation.ts',
  ],
  'function/endpoints': [
    'function/endpoints',
    'function/pipeline',
    'function/request-context.ts',
    'function/http',
    'function/auth',
    'function/validate',
    'function/catalog',
    'function/translate',
    'function/backends',
    'function/dialects',
    'function/errors.ts',
    'function/tokenizers',
    'type:function/credential.ts',
    'type:function/config.ts',
    'type:function/invocation.ts',
  ],
  'function/request-context.ts': ['type:function/'],
  'function/app.ts': [
    'function/log-words.ts',
    'function/pipeline',
    'function/request-context.ts',
    'function/http',
    'function/auth',
    'function/endpoints',
    'function/errors.ts',
    'type:function/invocation.ts',
  ],
  'function/handler.ts': ['function/', 'node:'],
  'function/services.ts': ['function/', 'node:'],
  'function/names.ts': ['function/', 'node:'],
  'function/debug.ts': ['type:function/', 'function/http', 'node:'],
  'function/log-words.ts': ['type:function/request-context.ts'],
  'function/log.ts': ['type:function/config.ts', 'type:function/request-context.ts', '@aws-lambda-powertools/logger'],
  'function/config.ts': ['node:'],
  'function/credential.ts': [],
  'function/errors.ts': [],
  'function/invocation.ts': ['type:function/http-values.ts'],
  'function/http-values.ts': ['type:node:'],
  // Of values only the registry's (which backends there are, what a target looks like, who pays), the forms of model ids, and which
  // of them are of embedding models.
  infra: [
    'infra',
    'type:function/',
    'function/backends/registry.ts',
    'function/catalog/embedding-families.ts',
    'function/dialects/model-ids.ts',
    'schemas/',
    '@pulumi/',
    'node:',
    'esbuild',
    '@huggingface/jinja',
    'fastest-levenshtein',
  ],
  'index.ts': ['infra', '@pulumi/pulumi'],
  local: [
    'local',
    'index.ts',
    'schemas/',
    'type:aws-lambda',
    '@peculiar/asn1-schema',
    '@peculiar/asn1-x509',
    '@pulumi/pulumi',
    '@smithy/eventstream-codec',
    '@smithy/signature-v4',
    'node:',
    'yaml',
    'ajv',
  ],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

function imports(file: string): Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(/^(?:import|export)\s(type\s)?[^;'"]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'/gms);
  return Array.from(found, ([, type, fixed, dynamic]) => {
    const target = fixed ?? dynamic ?? '';
    const resolved = target.startsWith('.') ? path.join(path.dirname(file), target) : target;
    return { from: file, to: `${type ? 'type:' : ''}${resolved}` };
  });
}

function layer(file: string): string {
  const [first = '', second = ''] = file.split(path.sep);
  return first === 'function' ? `${first}/${second}` : first;
}

function allowed({ from, to }: Import): boolean {
  const rules = mayImport[layer(from)] ?? [];
  return rules.some((rule) => to.startsWith(rule) || to === `type:${rule}` || to.startsWith(`type:${rule}`));
}

const files = [...sources('function'), ...sources('infra'), ...sources('local'), 'index.ts'];

test('every source file belongs to a layer that the table knows', () => {
  const unknown = files.filter((file) => !(layer(file) in mayImport));
  expect(unknown).toEqual([]);
});

test('no layer reaches into one that it may not know', () => {
  const all = files.flatMap(imports);
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((each) => !allowed(each))).toEqual([]);
});

test('only handler.ts and config.ts know the environment of Lambda', () => {
  const readers = sources('function').filter((file) =>
    /\bprocess\.env\b/.test(readFileSync(path.join(root, file), 'utf8')),
  );
  expect(readers.filter((file) => !['function/handler.ts', 'function/config.ts'].includes(file))).toEqual([]);
});
