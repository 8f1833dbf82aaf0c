import { asJson, asText, type Announcement } from '../../local/banner.ts';

const announcement: Announcement = {
  baseUrl: 'http://localhost:8787/v1',
  apiKey: 'own-key',
  adminKey: null,
  model: 'gpt-4o',
  throttledModel: null,
  embeddingModel: 'embedding',
  openaiModel: null,
  sagemakerModel: null,
  models: ['gpt-4o', 'embedding'],
  caFile: null,
  caBundleFile: null,
};
const withKey = { ...announcement, adminKey: 'admin-key' };

function textOf(shown: Announcement): string[] {
  const region = { name: 'us-east-1', isChosen: true };
  const started = { announcement: shown, awsUrl: '', targets: [], backends: [], passesIds: false, region };
  return asText(started, { stack: 'dev', bedrock: { kind: 'simulator' } }).split('\n');
}

test('the banner shows the admin key in one line below the API key', () => {
  const lines = textOf(withKey);
  expect(lines[lines.indexOf('  API key    own-key') + 1]).toBe('  Admin key  admin-key');
  expect(lines.filter((line) => line.includes('admin-key'))).toHaveLength(1);
});

test('a stack that issues no keys shows no admin key', () => {
  expect(textOf(announcement).join('\n')).not.toContain('Admin key');
  expect(JSON.parse(asJson(announcement)).adminKey).toBeNull();
  expect(JSON.parse(asJson(withKey)).adminKey).toBe('admin-key');
});
