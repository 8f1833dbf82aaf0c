import type { Caller } from '../../function/auth/caller.ts';
import { ownerOf } from '../../function/storage/owners.ts';

const caller: Caller = { id: 'support-app', method: 'registered', isProven: true, cacheKey: 'a'.repeat(64) };
const bedrock: Caller = { ...caller, method: 'bedrock-key', id: 'bedrock-key-aaaaaaaaaaaaaaaa' };

test.each<[string, Caller, string]>([
  ['a registered caller by its id', caller, 'caller-support-app'],
  ['a registered caller with a project by the project', { ...caller, project: '0Abc00000000' }, 'project-0Abc00000000'],
  [
    'a gateway key by its project',
    { ...caller, method: 'gateway-key', project: '0Abc00000000' },
    'project-0Abc00000000',
  ],
  ['a JWT by its subject', { ...caller, method: 'jwt', subject: 'b'.repeat(64) }, `jwt-${'b'.repeat(64)}`],
  [
    'a JWT with a project by the project',
    { ...caller, method: 'jwt', subject: 'b'.repeat(64), project: 'p' },
    'project-p',
  ],
  ['a Bedrock key by the hash of the whole key', bedrock, `bedrock-${'a'.repeat(64)}`],
])('files belong to %s', (_whose, who, owner) => {
  expect(ownerOf(who, { bedrockKeys: true })).toBe(owner);
});

test.each<[string, Caller, boolean]>([
  ['a Bedrock key where the config gives those none', bedrock, false],
  ['a Bedrock key that Bedrock has not answered', { ...bedrock, isProven: false }, true],
  ['a gateway key of no project', { ...caller, method: 'gateway-key' }, true],
])('%s has no storage', (_whose, who, bedrockKeys) => {
  expect(() => ownerOf(who, { bedrockKeys })).toThrow(
    expect.objectContaining({ status: 403, code: 'storage_not_allowed' }),
  );
});
