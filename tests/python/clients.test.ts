import { startGateway, type Gateway } from '../support/gateway.ts';
import { needs } from '../support/skip.ts';
import { checkingProxy, type CheckingProxy } from './checking-proxy.ts';
import { environment } from './environment.ts';
import { casesOf, runScript, type Outcome } from './script.ts';

const scripts: [string, string][] = [
  ['openai, talking to models', 'openai_chat.py'],
  ['openai, errors and everything around', 'openai_service.py'],
  ['langchain-openai', 'langchain_chat.py'],
];
const missing = 'missing' in environment ? environment.missing : undefined;

/** Well formed, and nobody's. */
const strangerKey = `ABSK${Buffer.from('BedrockAPIKey-stranger-at-123456789012:made-up').toString('base64')}`;

needs(missing === undefined, missing ?? '')('clients in Python', () => {
  let gateway: Gateway;
  let proxy: CheckingProxy;
  beforeAll(async () => {
    gateway = await startGateway();
    proxy = await checkingProxy(gateway.baseUrl);
  });
  afterAll(async () => {
    await proxy.close();
    await gateway.close();
  });

  describe.each(scripts)('%s', (_what, script) => {
    let outcomes: Outcome[];
    beforeAll(async () => {
      const { apiKey, model, models, throttledModel } = gateway;
      const known = { baseUrl: proxy.baseUrl, apiKey, model, models, throttledModel, strangerKey };
      const lines = await runScript(script, { env: { GATEWAY: JSON.stringify(known) } });
      outcomes = lines.map((line) => JSON.parse(line));
    });

    test.each(casesOf(script))('%s', (name) => {
      expect(outcomes.find((outcome) => outcome.name === name)).toEqual({ name, ok: true, detail: '' });
    });

    test('every case has run', () => expect(outcomes.map(({ name }) => name)).toEqual(casesOf(script)));
  });

  test('every answer was as the schemas have it', () => {
    expect(proxy.found()).toEqual({ judged: expect.any(Number), problems: [] });
    expect(proxy.found().judged).toBeGreaterThan(150);
  });
});
