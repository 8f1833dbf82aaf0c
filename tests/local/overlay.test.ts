import { lay } from '../../local/overlay.ts';

const demo = { model: 'us.big', throttledModel: 'us.slow' };

test('a stack without a file has a domain and the demo names', () => {
  expect(lay({}, { region: 'us-east-1', isSetUp: false, demo })).toEqual({
    model: 'gpt-4o',
    throttledModel: 'throttled',
    config: {
      'aws:region': 'us-east-1',
      'bedrock-gateway:domain': 'example.com',
      'bedrock-gateway:models': JSON.stringify({
        'gpt-4o': { target: 'bedrock:us.big' },
        throttled: { target: 'bedrock:us.slow' },
      }),
    },
  });
});

test('a stack with a file says itself whether it has a domain', () => {
  const { config } = lay({ 'aws:region': 'eu-west-1' }, { region: 'eu-west-1', isSetUp: true, demo });
  expect(config).not.toHaveProperty(['bedrock-gateway:domain']);
});

test("the stack's own names stay as they are", () => {
  const own = { 'gpt-4o': { target: 'bedrock:own' }, throttled: { target: 'bedrock:own' } };
  const stack = { 'bedrock-gateway:models': JSON.stringify(own) };
  const laid = lay(stack, { region: 'us-east-1', isSetUp: true, demo });
  expect(laid).toMatchObject({ model: 'demo-gpt-4o', throttledModel: 'demo-throttled' });
  expect(JSON.parse(laid.config['bedrock-gateway:models'] ?? '')).toEqual({
    ...own,
    'demo-gpt-4o': { target: 'bedrock:us.big' },
    'demo-throttled': { target: 'bedrock:us.slow' },
  });
});
