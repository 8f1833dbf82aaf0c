import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { checkIssuers } from '../../function/auth/jwt/issuers.ts';
import { readSettings } from '../../infra/settings.ts';
import { asPulumiTellsIt } from './variants.ts';

const region = { 'aws:region': 'us-east-1' };
const keys = { 'bedrock-gateway:gatewayKeys': true };
const models = { 'bedrock-gateway:models': { 'gpt-4o': { target: 'bedrock:amazon.nova-lite-v1:0' } } };

const read = (config: Record<string, unknown>) => readSettings(asPulumiTellsIt({ ...region, ...config }));
const withIssuers = (...entries: unknown[]) => ({ 'bedrock-gateway:jwt': entries });

const issuer = 'https://login.example.com';
const pool = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example01';
const plain = { issuer, audience: 'https://openai.example.com' };
const project = 'proj_0123456789Ab';

test('an issuer needs an address and an audience; the rest has defaults', () => {
  expect(read(withIssuers(plain)).catalog.jwt).toEqual([
    {
      issuer: 'https://login.example.com',
      audience: ['https://openai.example.com'],
      jwksUri: 'https://login.example.com/.well-known/jwks.json',
      maxLifetimeSeconds: 86_400,
      callerClaim: 'sub',
      scopes: ['inference', 'models.read'],
    },
  ]);
});

test('a config without issuers has none in the catalog', () => {
  expect(read({}).catalog).not.toHaveProperty('jwt');
});

test('issuers reach the function with every field', () => {
  const all = {
    issuer: `${issuer}/`,
    audience: ['a', 'b'],
    jwksUri: 'https://keys.example.com/keys?policy=1',
    maxLifetimeSeconds: 600,
    callerClaim: 'client_id',
    models: ['gpt-4o'],
    scopes: ['inference', 'keys.manage', 'admin'],
    scopesClaim: 'scope',
    scopesPrefix: 'gateway/',
    project,
  };
  const claims = {
    issuer: pool,
    clientIds: 'client-1',
    audience: 'gateway',
    modelsClaim: 'https://example.com/models',
    projectClaim: 'custom:project',
  };
  const { catalog } = read({ ...keys, ...models, ...withIssuers(all, claims) });
  expect(catalog.jwt).toEqual([
    all,
    {
      ...claims,
      clientIds: ['client-1'],
      audience: ['gateway'],
      jwksUri: `${pool}/.well-known/jwks.json`,
      maxLifetimeSeconds: 86_400,
      callerClaim: 'sub',
      scopes: ['inference', 'models.read'],
    },
  ]);
  expect(checkIssuers(JSON.parse(JSON.stringify(catalog.jwt)))).toEqual(catalog.jwt);
});

test('the default address of keys has one slash where the issuer ends with one', () => {
  expect(read(withIssuers({ ...plain, issuer: `${issuer}/` })).catalog.jwt).toMatchObject([
    { issuer: `${issuer}/`, jwksUri: `${issuer}/.well-known/jwks.json` },
  ]);
});

test.each([
  'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Example01',
  'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01',
  'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Example01',
])('%s is a user pool', (userPool) => {
  expect(read(withIssuers({ issuer: userPool, clientIds: ['a'] })).catalog.jwt).toMatchObject([{ clientIds: ['a'] }]);
  expect(() => read(withIssuers({ issuer: userPool, audience: 'a' }))).toThrow('lacks clientIds');
});

test('the stack pays for bearers of tokens', () => {
  const paid = {
    'bedrock-gateway:models': { m: { target: 'bedrock:amazon.nova-lite-v1:0', fallbacks: ['sagemaker:y'] } },
  };
  expect(read({ ...paid, ...withIssuers(plain) }).spending).toMatchObject({
    bedrockModels: ['amazon.nova-lite-v1:0'],
    endpoints: ['y'],
  });
  expect(() => read({ ...models, ...withIssuers({ ...plain, models: ['gpt-5'] }) })).toThrow(
    `bedrock-gateway:jwt lets callers of ${issuer} use "gpt-5", which is no entry of models`,
  );
});

const removeFrom = (field: string): string => `Remove it with: npx pulumi config rm --path 'jwt[0].${field}'`;
const setAgain =
  "Set it with: npx pulumi config set --path 'jwt[0].issuer' https://login.example.com && npx pulumi config set --path 'jwt[0].audience' https://openai.example.com";

test.each([
  ['no issuers', [], 'must be a list of maps', setAgain],
  ['a text', ['https://login.example.com'], 'has an entry [0] that must be a map', 'npx pulumi config rm --path '],
  ['no issuer', [{ audience: 'a' }], 'has an entry [0] that lacks the field issuer', setAgain],
  [
    'an unknown field',
    [{ ...plain, aud: 'a' }],
    'that has no field "aud": it takes issuer, audience',
    removeFrom('aud'),
  ],
  ['http', [{ ...plain, issuer: 'http://login.example.com' }], 'other than an https URL', setAgain],
  ['a query', [{ ...plain, issuer: `${issuer}?a` }], 'without user, query and fragment', setAgain],
  ['an issuer with a password', [{ ...plain, issuer: 'https://a:b@login.example.com' }], 'without user', setAgain],
  ['a host alone', [{ ...plain, issuer: 'login.example.com' }], 'other than an https URL', setAgain],
  ['no audience', [{ issuer }], 'lacks audience', "config set --path 'jwt[0].audience' https://openai.example.com"],
  ['an empty audience', [{ issuer, audience: [] }], 'audience that must be a list', removeFrom('audience')],
  ['an audience with blanks', [{ issuer, audience: 'a b' }], 'without blanks', removeFrom('audience')],
  ['a pool without clients', [{ issuer: pool }], 'lacks clientIds', "config set --path 'jwt[0].clientIds[0]' <id"],
  ['clients of another issuer', [{ ...plain, clientIds: ['a'] }], 'which are for user pools', removeFrom('clientIds')],
  [
    'http keys',
    [{ ...plain, jwksUri: 'http://a.example.com' }],
    'jwksUri that must be an https',
    removeFrom('jwksUri'),
  ],
  ['59 seconds', [{ ...plain, maxLifetimeSeconds: 59 }], 'from 60 to 2592000', removeFrom('maxLifetimeSeconds')],
  ['a month', [{ ...plain, maxLifetimeSeconds: 2_592_001 }], 'from 60 to', removeFrom('maxLifetimeSeconds')],
  ['a claim with blanks', [{ ...plain, callerClaim: 'a b' }], 'name of a claim', removeFrom('callerClaim')],
  ['models of both', [{ ...plain, models: ['a'], modelsClaim: 'm' }], 'both models', removeFrom('modelsClaim')],
  ['models as a text', [{ ...plain, models: 'a' }], 'models that must be a list', removeFrom('models')],
  ['an unknown scope', [{ ...plain, scopes: ['all'] }], 'one of inference, models.read', removeFrom('scopes')],
  ['no scopes', [{ ...plain, scopes: [] }], 'at least one entry', removeFrom('scopes')],
  ['a prefix alone', [{ ...plain, scopesPrefix: 'g/' }], 'no scopesClaim', removeFrom('scopesPrefix')],
  ['a project by its name', [{ ...plain, project: 'web' }], 'the id of a project: proj_', removeFrom('project')],
  ['projects of both', [{ ...plain, project, projectClaim: 'p' }], 'both project', removeFrom('projectClaim')],
  ['keys without a project', [{ ...plain, scopes: ['keys.manage'] }], 'within a project', removeFrom('scopes')],
  [
    'an issuer twice',
    [{ issuer: 'https://a.example.com', audience: 'a' }, plain, plain],
    '[2] whose issuer another',
    "config rm --path 'jwt[2]'",
  ],
  [
    'a project without keys',
    [{ ...plain, project }],
    'a project, which only stacks with gatewayKeys',
    'set gatewayKeys true',
  ],
  [
    'a project of a claim without keys',
    [{ ...plain, projectClaim: 'p' }],
    'a project, which only stacks',
    'set gatewayKeys true',
  ],
  [
    'admin without keys',
    [{ ...plain, scopes: ['admin'] }],
    'the scope admin, which only stacks',
    'set gatewayKeys true',
  ],
])('%s: refused with the fix', (_what, entries, problem, fix) => {
  const attempt = () => read(withIssuers(...entries));
  expect(attempt).toThrow('bedrock-gateway:jwt ');
  expect(attempt).toThrow(problem);
  expect(attempt).toThrow(fix);
});

const page = readFileSync(path.join(import.meta.dirname, '../../docs/deploying.md'), 'utf8');
const section = page.split('## JSON Web Tokens')[1]?.split('\n## ')[0] ?? '';
const examples = Array.from(section.matchAll(/```yaml\n([^]*?)```/g), ([, text = '']): unknown => parse(text));

test('the page has an example of any issuer and one of a user pool', () => {
  expect(examples).toHaveLength(2);
});

test.each(examples)('the example %j of the page can be deployed', (example) => {
  const { config } = example as { config: Record<string, unknown> };
  expect(read({ ...models, ...config }).catalog.jwt).toHaveLength(1);
});

test('the page lists every field with its default', () => {
  const { catalog } = read(withIssuers(plain));
  const rows = Array.from(section.matchAll(/^\| (`.+?) \| (.+?) \|/gm), ([, names = '', absent = '']) => [
    names,
    absent,
  ]);
  const listed = rows.flatMap(([names = '']) => Array.from(names.matchAll(/`(\w+)`/g), ([, name = '']) => name));
  const known = /it takes (.*?)\./.exec(messageOf(() => read(withIssuers({ ...plain, none: 1 }))))?.[1]?.split(', ');
  expect(listed.toSorted()).toEqual(known?.toSorted());
  expect(Object.fromEntries(rows)).toMatchObject({ '`maxLifetimeSeconds`': '86400', '`callerClaim`': '`sub`' });
  expect(catalog.jwt).toMatchObject([{ maxLifetimeSeconds: 86_400, callerClaim: 'sub' }]);
});

function messageOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return String(error);
  }
  return '';
}
