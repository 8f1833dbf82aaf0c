import { startGateway } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

test('a stack that issues keys has a first admin key, which makes a project in its table', async () => {
  const gateway = await startGateway({ config: { 'bedrock-gateway:gatewayKeys': true } });
  try {
    expect(gateway.adminKey).toMatch(/^sk-test-[0-9a-f]{12}-0{35}1-[0-9A-Za-z]{43}$/);
    const created = await fetch(`${gateway.baseUrl}/organization/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'team' }),
    });
    expect([created.status, await created.json()]).toMatchObject([
      200,
      { object: 'organization.project', name: 'team' },
    ]);
    expect(gateway.log()).not.toContain(gateway.adminKey?.slice(-43));
  } finally {
    await gateway.close();
  }
});
