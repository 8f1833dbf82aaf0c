import * as pulumi from '@pulumi/pulumi';

import { namedAfter, physicalName, purposes, type Purpose } from '../../infra/naming.ts';

async function named(stack: string, purpose: Purpose, project = 'bedrock-gateway'): Promise<string> {
  await pulumi.runtime.setMocks(
    { newResource: () => ({ id: '', state: {} }), call: () => ({}) },
    project,
    stack,
    false,
  );
  return physicalName(purpose);
}

test('a name has project, stack and purpose', async () => {
  expect(await named('dev', 'streaming')).toBe('bedrock-gateway-dev-streaming');
  expect(await named('dev', 'buffered')).toBe('bedrock-gateway-dev-buffered');
});

test('no purpose is the end of another', () => {
  const ends = purposes.flatMap((one) => purposes.filter((other) => one !== other && one.endsWith(other)));
  expect(ends).toEqual([]);
});

test('invalid characters are replaced, long names are cut, and the purpose stays', async () => {
  expect(await named('a.b', 'streaming')).toMatch(/^bedrock-gateway-a-b-streaming-[0-9a-f]{8}$/);
  const long = await named('x'.repeat(100), 'buffered');
  expect(long).toMatch(/^bedrock-gateway-x+-buffered-[0-9a-f]{8}$/);
  expect(long).toHaveLength(64);
  expect(await named('x'.repeat(39), 'buffered')).toBe(`bedrock-gateway-${'x'.repeat(39)}-buffered`);
  expect(await named('x'.repeat(40), 'buffered')).toHaveLength(64);
});

test('no two stacks share a name, even across projects, and no two purposes do', async () => {
  const stacks = [
    'x|x-streaming|x-buffered|x-streaming-streaming|streaming|x.streaming|x_streaming|X|a.b|a_b|a-b|eu|gateway-eu|eu-x|-|.|..',
    `x-streaming-0a1b2c3d|x.-streaming|x-.streaming|${'x'.repeat(99)}1|${'x'.repeat(99)}2|${'x'.repeat(38)}|${'x'.repeat(39)}`,
    `${'x.'.repeat(30)}|${'x-'.repeat(30)}`,
  ].flatMap((list) => list.split('|'));
  const projects = ['bedrock-gateway', 'bedrock', 'gateway', 'bedrock-gateway-eu', 'bedrock-gateway.eu', 'gw', 'gw-eu'];
  const names: string[] = [];
  for (const project of projects) {
    for (const stack of stacks) {
      for (const purpose of purposes) names.push(await named(stack, purpose, project));
    }
  }
  expect(names.filter((name) => !/^[A-Za-z0-9-]{1,64}$/.test(name))).toEqual([]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('names never change, since AWS would replace the functions of a stack', async () => {
  expect(await named('a.b', 'streaming')).toBe('bedrock-gateway-a-b-streaming-a125b83c');
});

test('gateways of one stack differ by their names, also in what is named later', async () => {
  const stackName = await named('dev', 'keys');
  const of = (gateway: string): string => namedAfter(gateway, () => physicalName('keys'));
  expect(of('eu')).toMatch(/^bedrock-gateway-dev-eu-keys-[0-9a-f]{8}$/);
  const all = ['eu', 'us', 'e/u', 'e-u', 'e'.repeat(99)].map(of);
  expect(all.filter((name) => !/^[A-Za-z0-9-]{1,64}$/.test(name))).toEqual([]);
  expect(new Set([stackName, ...all]).size).toBe(6);
  expect(await namedAfter('eu', () => Promise.resolve().then(() => physicalName('keys')))).toBe(of('eu'));
});
