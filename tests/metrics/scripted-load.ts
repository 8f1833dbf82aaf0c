import type { Authenticator } from '../../function/auth/authenticate.ts';
import type { Caller } from '../../function/auth/caller.ts';
import { bedrockKeys } from '../../function/auth/bedrock-keys.ts';
import { createProofs } from '../../function/auth/proofs.ts';
import type { Backend } from '../../function/backends/backend.ts';
import type { ConverseEvent, ConverseResponse } from '../../function/dialects/converse.gen.ts';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import { createLog } from '../../function/log.ts';
import { loadMeasure } from '../../function/metrics/load.ts';
import { plainCatalog } from '../support/catalog.ts';
import { bedrockKey, chatInit, testApp } from '../support/app.ts';
import { CloudWatch } from '../support/cloudwatch.ts';

/** What a deployed function finds in its environment. */
const environment = {
  METRICS_NAMESPACE: 'bedrock-gateway-test-metrics',
  METRICS_PROJECTS: 'search,Team B',
  AWS_LAMBDA_FUNCTION_NAME: 'bedrock-gateway-test-streaming',
  AWS_LAMBDA_FUNCTION_VERSION: '12',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
};

const lite = 'amazon.nova-lite-v1:0';
const pro = 'amazon.nova-pro-v1:0';

const models = {
  small: { target: `bedrock:${lite}` },
  main: { target: `bedrock:${pro}`, fallbacks: [`bedrock:${lite}`] },
  // No list of prices has it.
  unpriced: { target: 'bedrock:amazon.nova-9-pro-v1:0' },
};

const throttled: Failure = { name: 'ThrottlingException', status: 429, message: 'slow down' };
const busy: Failure = { name: 'ServiceUnavailableException', status: 503, message: 'busy' };

type Usage = ConverseResponse['usage'];

/** What the model does next: fails, answers with this usage, or breaks its stream after one delta. */
type Next = Failure | Usage | 'breaks';

/** Tokens of the next answer. */
const tokens = (inputTokens: number, outputTokens: number, cache: Partial<Usage> = {}): Usage => ({
  inputTokens,
  outputTokens,
  totalTokens: inputTokens + outputTokens,
  ...cache,
});

/** Who has the tokens of the load, beside Bedrock keys. */
const callers: Readonly<Record<string, Partial<Caller>>> = {
  registered: { method: 'registered' },
  jwt: { method: 'jwt' },
  'key of search': { method: 'gateway-key', project: '0000000000Aa', projectName: 'search' },
  'key of another project': { method: 'gateway-key', project: '0000000000Bb', projectName: 'other' },
};

const knownTokens: Authenticator = {
  authenticate({ text, sha256 }) {
    const found = callers[text.replaceAll('-', ' ')];
    return found && { id: text, method: 'registered', isProven: true, cacheKey: sha256, ...found };
  },
};

/** What a load has left: its lines of the log, and what CloudWatch has made of them. */
export interface ScriptedLoad {
  readonly cloudWatch: CloudWatch;
  readonly lines: readonly string[];
}

/** Sends a fixed list of requests through the whole app; each call of a model takes 250 ms. The tests know the sums. */
export async function scriptedLoad(least?: 'warn' | 'error'): Promise<ScriptedLoad> {
  const errors: string[] = [];
  // Powertools writes the lines of errors.
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
  try {
    return await sendLoad(least, errors);
  } finally {
    stderr.mockRestore();
  }
}

async function sendLoad(least: 'warn' | 'error' | undefined, errors: readonly string[]): Promise<ScriptedLoad> {
  let time = 1_795_968_000_000;
  const next: Next[] = [];
  const lines: string[] = [];
  const now = () => time;
  const log = createLog((line) => lines.push(line), {
    now,
    ...(least && { least }),
    measure: () => Promise.resolve(loadMeasure(environment, { ...plainCatalog, models }, now)),
  });
  const called = (): Next => {
    time += 250;
    const [said] = next.splice(0, 1);
    if (said === undefined) throw new Error('the script says nothing of this call');
    return said;
  };
  const proofs = createProofs({ now });
  const app = testApp({
    backends: { bedrock: modelBehind(called) },
    catalog: { models },
    services: { now, authenticators: [knownTokens, bedrockKeys({ accepted: 'any', proofs })] },
    onLog: log.request,
  });

  async function chat(script: readonly Next[], body: object = {}, key = bedrockKey()): Promise<void> {
    next.push(...script);
    await app.chat({ model: 'small', messages: [{ role: 'user', content: 'Hi' }], ...body }, { key });
    if (next.length > 0) throw new Error('the script says more than was asked');
  }

  const stream = { stream: true };
  const main = { model: 'main' };
  await chat([tokens(100, 20)]);
  await chat([tokens(50, 30, { cacheReadInputTokens: 40, cacheWriteInputTokens: 10 })], stream);
  await chat([tokens(1_000, 500)], main, 'key-of-search');
  await chat([tokens(10, 5)], { ...main, ...stream }, 'key-of-another-project');
  await chat([tokens(7, 3)], { model: 'unpriced' }, 'registered');
  await chat([throttled, tokens(1, 1)], {}, 'jwt');
  await chat([busy, busy, busy, tokens(2, 2)], main, 'registered');
  await chat([busy, busy, busy]);
  await chat(['breaks'], stream);
  await chat([throttled, throttled]);
  await chat([], { messages: [] });
  await app.send('/v1/chat/completions', chatInit({}, 'nobody'));
  await app.send('/v1/models');
  for (const path of ['/health', '/v1/nonsense']) await app.send(path);
  await app.open('/v1/chat/completions', { method: 'OPTIONS', headers: { origin: 'https://example.com' } });
  await log.settled();
  lines.push(...errors);
  const cloudWatch = new CloudWatch(now);
  for (const line of lines) cloudWatch.take(line);
  return { cloudWatch, lines };
}

/** Bedrock that does what the script says, in the order of the calls. */
function modelBehind(called: () => Next): Backend {
  const unasked = (): Promise<never> => Promise.reject(new Error('not asked'));
  const answered = <Value>(make: (said: Usage | 'breaks') => Value): Outcome<Value> => {
    const said = called();
    return typeof said === 'object' && 'name' in said ? { ok: false, failure: said } : { ok: true, value: make(said) };
  };
  return {
    invoke: { call: unasked, passthrough: unasked },
    converse: {
      passthrough: unasked,
      call: () => Promise.resolve(answered((said) => replyWith(said === 'breaks' ? tokens(0, 0) : said))),
      open: () => Promise.resolve(answered((said) => eventsWith(said))),
    },
  };
}

function replyWith(usage: Usage): ConverseResponse {
  const content = [{ text: 'Hello' }];
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage,
    metrics: { latencyMs: 1 },
  };
}

async function* eventsWith(said: Usage | 'breaks'): AsyncGenerator<ConverseEvent[]> {
  yield [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hello' } } },
  ];
  if (said === 'breaks') return;
  yield [
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage: said, metrics: { latencyMs: 1 } } },
  ];
}
