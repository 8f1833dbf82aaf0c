import * as pulumi from '@pulumi/pulumi';

import { physicalName } from '../../infra/naming.ts';

async function named(stack: string, purpose?: string): Promise<string> {
  await pulumi.runtime.setMocks(
    { newResource: () => ({ id: '', state: {} }), call: () => ({}) },
    'bedrock-gateway',
    stack,
    false,
  );
  return physicalName(purpose);
}

test('a name says project, stack and purpose', async () => {
  expect(await named('dev', 'streaming')).toBe('bedrock-gateway-dev-streaming');
  expect(await named('dev')).toBe('bedrock-gateway-dev');
});

test('what a function may not be called is replaced, and two stacks still differ', async () => {
  const names = [await named('a.b', 'streaming'), await named('a_b', 'streaming'), await named('a-b', 'streaming')];
  for (const name of names) expect(name).toMatch(/^bedrock-gateway-a-b-streaming(-[0-9a-f]{8})?$/);
  expect(new Set(names).size).toBe(3);
});

test('a long one is cut, and two stacks still differ', async () => {
  const names = [await named(`${'x'.repeat(99)}1`, 'streaming'), await named(`${'x'.repeat(99)}2`, 'streaming')];
  for (const name of names) expect(name).toHaveLength(64);
  expect(new Set(names).size).toBe(2);
});
