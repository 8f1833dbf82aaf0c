import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { mcpSettings } from '../../function/mcp/settings.ts';
import { readSettings } from '../../infra/settings.ts';
import { testApp } from '../support/app.ts';
import { asPulumiTellsIt } from './variants.ts';

const issuer = 'https://login.example.com';
const audience = ['https://openai.example.com', 'https://openai.example.com/mcp'];
const jwt = [{ issuer, audience }];
const base = { 'aws:region': 'us-east-1', 'bedrock-gateway:domain': 'example.com' };

/** Reads a config; `entries` are the issuers in `jwt`, null for none. */
const read = (oauth: unknown, entries: readonly unknown[] | null = jwt) =>
  readSettings(
    asPulumiTellsIt({
      ...base,
      ...(entries && { 'bedrock-gateway:jwt': entries }),
      'bedrock-gateway:mcp': { oauth },
    }),
  );

test('an issuer is enough; the function learns every field', () => {
  expect(read({ issuer }).catalog.mcp).toEqual({
    origin: 'https://openai.example.com',
    origins: [],
    oauth: { issuer, facade: false },
  });
  const all = { issuer, scopes: ['openid', 'gateway/inference'], audience: audience.slice(1), facade: true };
  const { catalog } = read(all);
  expect(catalog.mcp).toMatchObject({ oauth: all });
  expect(mcpSettings(testApp({ catalog }).services)).toEqual({
    baseUrl: 'https://openai.example.com',
    origins: [],
    oauth: all,
  });
});

test('an audience may be a text', () => {
  expect(read({ issuer, audience: audience[1] }).catalog.mcp).toMatchObject({ oauth: { audience: [audience[1]] } });
});

const setIssuer = 'Set it with: npx pulumi config set --path mcp.oauth.issuer https://login.example.com';

test.each([
  [
    'a text',
    'login',
    `has a value at oauth that must be a map, not "login". Set it with: npx pulumi config rm --path mcp.oauth && npx`,
  ],
  ['no issuer', { facade: true }, `has a value at oauth that lacks the field issuer. ${setIssuer}`],
  [
    'an unknown field',
    { issuer, clientId: 'x' },
    'has no field "clientId": it takes issuer, scopes, audience, facade. Remove it with: npx pulumi config rm --path mcp.oauth.clientId',
  ],
  ['http', { issuer: 'http://login.example.com' }, `an issuer as jwt has it: an https URL`],
  [
    'a query',
    { issuer: `${issuer}?a` },
    `without user, query and fragment, not "https://login.example.com?a". ${setIssuer}`,
  ],
  ['a user', { issuer: 'https://a:b@login.example.com' }, 'without user'],
  ['a number', { issuer: 7 }, 'has a value at oauth.issuer that must be an issuer as jwt has it'],
  [
    'a scope with blanks',
    { issuer, scopes: ['a', 'openid email'] },
    `has a value at oauth.scopes that must be a scope: 1 to 256 characters without blanks, " and \\, not "openid email". Set it with: npx pulumi config set --path 'mcp.oauth.scopes[1]' gateway/inference`,
  ],
  ['a scope that ends a header', { issuer, scopes: ['a"b'] }, 'must be a scope'],
  ['a scope with a line break', { issuer, scopes: ['a\nb'] }, 'must be a scope'],
  [
    'scopes as text',
    { issuer, scopes: 'openid' },
    'has a value at oauth.scopes that must be a list with at least one entry',
  ],
  ['no scopes', { issuer, scopes: [] }, 'must be a list with at least one entry'],
  ['an empty audience', { issuer, audience: '' }, 'has a value at oauth.audience that must be an audience'],
  [
    'a facade that is neither true nor false',
    { issuer, facade: 'yes' },
    'has a value at oauth.facade that must be true or false, not "yes". Set it with: npx pulumi config set --path mcp.oauth.facade true',
  ],
])('%s is refused', (_what, oauth, message) => {
  expect(() => read(oauth)).toThrow('bedrock-gateway:mcp ');
  expect(() => read(oauth)).toThrow(message);
});

test.each([
  ['an issuer that differs by a slash', { issuer: `${issuer}/` }, jwt],
  ['another issuer', { issuer: 'https://other.example.com' }, jwt],
  ['an issuer of nobody', { issuer }, null],
])('%s is none whose tokens are accepted', (_what, oauth, entries) => {
  expect(() => read(oauth, entries)).toThrow(
    `bedrock-gateway:mcp has an oauth.issuer, ${oauth.issuer}, that is none of the issuers in jwt, so its tokens would be refused. Set it with: npx pulumi config set --path 'jwt[${entries?.length ?? 0}].issuer' ${oauth.issuer}`,
  );
});

test.each([
  [
    jwt,
    "--path 'jwt[0].audience[0]' https://openai.example.com && npx pulumi config set --path 'jwt[0].audience[1]' https://openai.example.com/mcp && npx pulumi config set --path 'jwt[0].audience[2]' other",
  ],
  [
    [
      { issuer: 'https://other.example.com', audience: 'other' },
      { issuer, audience: 'a' },
    ],
    "--path 'jwt[1].audience[0]' a && npx pulumi config set --path 'jwt[1].audience[1]' other",
  ],
])('an audience that the issuer’s entry lacks would never be accepted', (entries, fix) => {
  expect(() => read({ issuer, audience: ['other'] }, entries)).toThrow(
    `bedrock-gateway:mcp has an oauth.audience, other, that is none of the audiences of https://login.example.com in jwt, so no token for it would be accepted. Set it with: npx pulumi config set ${fix}. Or remove it with: npx pulumi config rm --path mcp.oauth.audience`,
  );
});

test('an app client of a user pool stands in for an audience, and cannot be one', () => {
  const pool = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example01';
  const entries = [{ issuer: pool, clientIds: ['client-1'] }];
  expect(read({ issuer: pool, facade: true }, entries).catalog.mcp).toMatchObject({ oauth: { issuer: pool } });
  expect(() => read({ issuer: pool, audience: ['client-1'] }, entries)).toThrow("'jwt[0].audience[0]' client-1");
});

test.each([
  [{ issuer: 'http://login.example.com' }, 'mcp.oauth.issuer must be an https URL'],
  [{ issuer, scopes: 'a' }, 'mcp.oauth.scopes must be a list of scopes'],
  [{ issuer, audience: [1] }, 'mcp.oauth.audience must be a list of audiences'],
  [{ issuer, facade: 'true' }, 'mcp.oauth.facade must be true or false'],
])('the function refuses a catalog.json with %j', (oauth, message) => {
  const { services } = testApp({ catalog: { mcp: { origins: [], oauth } } });
  expect(() => mcpSettings(services)).toThrow(`catalog.json: ${message}`);
});

test('the examples of docs/mcp.md are what they say', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/mcp.md'), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n(config:\n.*?)```$/gms)].map(([, text = '']) => parse(text).config);
  expect(examples).toHaveLength(2);
  const servers = examples.map((config) => readSettings(asPulumiTellsIt({ ...base, ...config })).catalog.mcp);
  expect(servers).toMatchObject([{ oauth: { issuer, facade: false } }, { oauth: { facade: true } }]);
});
