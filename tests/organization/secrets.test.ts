import { fakeReports } from '../metering/fake-reports.ts';
import { fakeUsageTable } from '../metering/fake-usage-table.ts';
import { createDebug } from '../../function/debug.ts';
import type { App } from '../../function/invocation.ts';
import { testApp } from '../support/app.ts';
import { memoryDirectory } from '../support/key-directory.ts';
import { httpRequest, webResponse } from '../support/web.ts';

const answerBy = Date.now() + 30_000;

/** Sends a request to a wrapped app. */
async function sent(app: App, path: string, { key, body }: { key: string; body: object }): Promise<Response> {
  const url = `https://openai.example.com/v1/organization${path}`;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const request = await httpRequest(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }));
  return webResponse(await app(request, { requestId: path, answerBy, streamUntil: answerBy }));
}

test('the text of a key is in its answer alone, which nobody may store', async () => {
  const directory = memoryDirectory();
  const lines: object[] = [];
  const debug = createDebug({ now: () => Date.now(), log: (line) => lines.push(line) });
  const { app, log } = testApp({
    services: {
      keys: directory.keys,
      usage: fakeReports(fakeUsageTable(), () => Date.now()),
      authenticators: [directory.authenticator],
    },
  });
  const secrets = [directory.adminKey];
  const ask = async (path: string, body: object) => {
    const response = await sent(debug.app(app), path, { key: directory.adminKey, body });
    expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
    const answer = JSON.parse(await response.text());
    secrets.push(...[answer.value, answer.api_key?.value].filter((value) => value !== undefined));
    for (const entry of log.splice(0)) {
      lines.push(entry);
      debug.done(entry);
    }
    return answer;
  };
  const { id: project } = await ask('/projects', { name: 'secret name' });
  const { id: account, api_key: key } = await ask(`/projects/${project}/service_accounts`, { name: 'secret name' });
  await ask(`/projects/${project}/service_accounts/${account}/api_keys`, { name: 'secret name' });
  await ask(`/projects/${project}/api_keys/${key.id}/rotate`, {});
  await ask('/admin_api_keys', { name: 'secret name' });
  expect(secrets).toHaveLength(5);
  expect(lines).toHaveLength(10);
  const logged = JSON.stringify(lines);
  for (const secret of [...secrets, ...secrets.map((value) => value.slice(-43)), 'secret name'])
    expect(logged).not.toContain(secret);
});
