import { gatewayKeysConfig } from '../../function/keys/settings.ts';

const issuing = {
  KEY_STACK: 'acme',
  KEY_TABLE: 'bedrock-gateway-acme-keys',
  USER_POOL_ID: 'us-east-1_Example1',
  ADMIN_KEY_SHA256: '0123456789abcdef'.repeat(4),
  ADMIN_KEY_GENERATION: '2',
};

test('the variables of gateway keys say where they are kept, and what is known of the first one', () => {
  const all = {
    stack: 'acme',
    table: 'bedrock-gateway-acme-keys',
    userPoolId: 'us-east-1_Example1',
    adminSha256: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    adminGeneration: 2,
  };
  expect(gatewayKeysConfig(issuing)).toEqual(all);
  const { USER_POOL_ID: _pool, ...checking } = issuing;
  const { userPoolId: _id, ...checked } = all;
  expect(gatewayKeysConfig(checking)).toEqual(checked);
});

test.each(['KEY_TABLE', 'USER_POOL_ID', 'ADMIN_KEY_SHA256', 'ADMIN_KEY_GENERATION'] as const)(
  'the function does not start with %s and without KEY_STACK',
  (name) => {
    const message = `${name} is set without KEY_STACK: deploy the stack again.`;
    expect(() => gatewayKeysConfig({ [name]: issuing[name] })).toThrow(new Error(message));
  },
);

test.each(['KEY_TABLE', 'ADMIN_KEY_SHA256', 'ADMIN_KEY_GENERATION'] as const)(
  'the function does not start with KEY_STACK and without %s',
  (name) => {
    const { [name]: _missing, ...others } = issuing;
    const message = `The environment variable ${name} is missing: deploy the stack again.`;
    expect(() => gatewayKeysConfig(others)).toThrow(new Error(message));
  },
);

const noHash = 'ADMIN_KEY_SHA256 must be a SHA-256 hash in hex: deploy the stack again.';
const noGeneration = 'ADMIN_KEY_GENERATION must be a whole number from 1: deploy the stack again.';

test.each([
  ['ADMIN_KEY_SHA256', '0123', noHash],
  ['ADMIN_KEY_SHA256', '0123456789ABCDEF'.repeat(4), noHash],
  ['ADMIN_KEY_GENERATION', '0', noGeneration],
  ['ADMIN_KEY_GENERATION', '1.5', noGeneration],
  ['ADMIN_KEY_GENERATION', 'first', noGeneration],
])('%s=%j is refused', (name, value, message) => {
  expect(() => gatewayKeysConfig({ ...issuing, [name]: value })).toThrow(new Error(message));
});
