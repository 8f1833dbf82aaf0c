import { checkIssuers } from '../../../function/auth/jwt/issuers.ts';

const least = {
  issuer: 'https://login.example.com',
  audience: ['gateway'],
  jwksUri: 'https://login.example.com/keys',
  maxLifetimeSeconds: 60,
  callerClaim: 'sub',
  scopes: ['inference'],
};

const whole = {
  ...least,
  clientIds: ['client'],
  models: ['gpt-4o'],
  modelsClaim: 'models',
  scopes: ['inference', 'models.read', 'keys.manage', 'usage.read', 'admin'],
  scopesClaim: 'scope',
  scopesPrefix: 'gateway/',
  project: 'proj_0123456789Ab',
  projectClaim: 'project',
};

test.each([[least], [whole]])('%j is an issuer', (entry) => {
  expect(checkIssuers([entry])).toEqual([entry]);
});

test.each([
  ['jwt must be a list', {}],
  ['jwt must be a list', []],
  ['jwt[0] must be an object', ['a']],
  ['jwt[0] has no member "aud"', [{ ...least, aud: 'a' }]],
  ['jwt[0].issuer must be an https URL', [{ ...least, issuer: 'http://login.example.com' }]],
  ['jwt[0].jwksUri must be an https URL', [{ ...least, jwksUri: undefined }]],
  ['jwt[1] must have audience or clientIds', [least, { ...least, audience: undefined }]],
  ['jwt[0].audience must be a list', [{ ...least, audience: 'a' }]],
  ['jwt[0].audience must be a list', [{ ...least, audience: [] }]],
  ['jwt[0].clientIds must be text', [{ ...least, clientIds: [''] }]],
  ['jwt[0].maxLifetimeSeconds must be a number', [{ ...least, maxLifetimeSeconds: '60' }]],
  ['jwt[0].callerClaim must be text', [{ ...least, callerClaim: '' }]],
  ['jwt[0].scopes must list some of inference', [{ ...least, scopes: ['all'] }]],
  ['jwt[0].scopes must list some of inference', [{ ...least, scopes: ['toString'] }]],
  ['jwt[0].projectClaim must be text', [{ ...least, projectClaim: 1 }]],
])('catalog.json: %s', (message, value) => {
  expect(() => checkIssuers(value)).toThrow(`catalog.json: ${message}`);
});
