import { readSettings } from '../../infra/settings.ts';
import { evaluated } from './variants.ts';

/** The inputs of both aliases by the entry of their function; the newest version of each function is 1. */
async function aliases(canary?: object): Promise<Record<string, unknown>> {
  const own = { 'bedrock-gateway:domain': 'example.com', ...(canary && { 'bedrock-gateway:canary': canary }) };
  const { resources } = await evaluated({ config: { 'aws:region': 'us-east-1', ...own } });
  const found = resources.filter(({ type }) => type === 'aws:lambda/alias:Alias');
  return Object.fromEntries(
    found.map(({ name, inputs: { functionVersion, routingConfig } }) => [name, { functionVersion, routingConfig }]),
  );
}

const newest = { functionVersion: '1', routingConfig: undefined };

test('without a canary, the newest versions get all requests', async () => {
  expect(await aliases()).toEqual({ 'bedrock-gateway-buffered': newest, 'bedrock-gateway-streaming': newest });
});

test('the newest versions get their share, and the stable versions the others', async () => {
  expect(await aliases({ percent: 10, stable: { buffered: 6, streaming: 7 } })).toEqual({
    'bedrock-gateway-buffered': { functionVersion: '6', routingConfig: { additionalVersionWeights: { 1: 0.1 } } },
    'bedrock-gateway-streaming': { functionVersion: '7', routingConfig: { additionalVersionWeights: { 1: 0.1 } } },
  });
});

test('at 0 percent, the stable versions get all requests', async () => {
  expect(await aliases({ percent: 0, stable: { buffered: 6, streaming: 7 } })).toEqual({
    'bedrock-gateway-buffered': { functionVersion: '6', routingConfig: undefined },
    'bedrock-gateway-streaming': { functionVersion: '7', routingConfig: undefined },
  });
});

test('a function without a stable version, or without a newer one, has one version', async () => {
  expect(await aliases({ percent: 10, stable: { streaming: 1 } })).toEqual({
    'bedrock-gateway-buffered': newest,
    'bedrock-gateway-streaming': newest,
  });
});

test.each([
  [
    { percent: 100, stable: { streaming: 1 } },
    'canary has a value at percent that must be a whole number from 0 to 99, not "100"',
  ],
  [{ percent: 10 }, 'canary lacks the field stable'],
  [{ percent: 10, stable: {} }, 'canary has no version at stable: it takes buffered, streaming'],
  [
    { percent: 10, stable: { streaming: '$LATEST' } },
    'canary has a value at stable.streaming that must be a whole number from 1 to 1000000000, not "$LATEST"',
  ],
])('%j is refused', (canary, message) => {
  const config = { 'aws:region': 'us-east-1', 'bedrock-gateway:canary': JSON.stringify(canary) };
  expect(() => readSettings(config)).toThrow(`bedrock-gateway:${message}`);
});
