import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { X509Certificate } from 'node:crypto';
import { root, runLocalStack, runScript, stackFile, startGateway } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const node = path.join(root, 'node_modules', 'node', 'bin', 'node');

let demo: Awaited<ReturnType<typeof stackFile>>;
beforeAll(async () => {
  demo = await stackFile();
});
afterAll(() => demo.remove());

/** The status of a URL for a Node.js client with these variables, or why there is none. */
async function statusFor(url: string, env: NodeJS.ProcessEnv): Promise<string> {
  const source = `fetch(${JSON.stringify(url)}).then(({ status }) => status, ({ cause }) => cause.code).then(console.log)`;
  const asked = runScript(node, ['--eval', source], env);
  await asked.ended;
  return asked.stdout().trim();
}

test.concurrent('--https prints the commands that make clients trust the certificate', async () => {
  const run = runLocalStack(['--port', '0', '--stack', demo.stack, '--https']);
  try {
    await run.until(({ stdout }) => stdout.includes('SSL_CERT_FILE='));
    const text = run.stdout();
    const [, baseUrl = ''] = /Base URL +(https:\/\/localhost:\d+\/v1)$/m.exec(text) ?? [];
    const [, awsUrl = ''] = /AWS URL +(\S+)/.exec(text) ?? [];
    expect(baseUrl).toBe(`${awsUrl}/v1`);
    const variables = Object.fromEntries([...text.matchAll(/^ {2}export (\w+)=(\S+)$/gm)].map(([, ...pair]) => pair));
    const { NODE_EXTRA_CA_CERTS: authority = '', ...bundles } = variables;
    const bundle = authority.replace('.pem', '-bundle.pem');
    expect(bundles).toEqual({ AWS_CA_BUNDLE: bundle, SSL_CERT_FILE: bundle });
    expect(text).toContain(`curl --cacert ${authority} ${baseUrl}/chat/completions`);
    expect(await statusFor(`${awsUrl}/health`, { NODE_EXTRA_CA_CERTS: authority })).toBe('200');
    expect(await statusFor(`${awsUrl}/health`, {})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  } finally {
    await run.end('SIGTERM');
  }
});

test.concurrent('--https writes no private key, restricts its files to this user and removes them at the end', async () => {
  const gateway = await startGateway({ flags: ['--https'] });
  const [authority, bundle] = [gateway.caFile ?? '', gateway.caBundleFile ?? ''];
  const folder = path.dirname(authority);
  try {
    expect(gateway.baseUrl).toMatch(/^https:\/\/localhost:\d+\/v1$/);
    expect((await readdir(folder)).toSorted()).toEqual(['ca-bundle.pem', 'ca.pem']);
    const modes = await Promise.all([folder, authority, bundle].map(async (each) => (await stat(each)).mode & 0o777));
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    const [alone, all] = await Promise.all([readFile(authority, 'utf8'), readFile(bundle, 'utf8')]);
    expect(alone.match(/BEGIN [\w ]+/g)).toEqual(['BEGIN CERTIFICATE']);
    expect(new Set(all.match(/BEGIN [\w ]+/g))).toEqual(new Set(['BEGIN CERTIFICATE']));
    expect(new X509Certificate(alone).ca).toBe(true);
    // Clients that trust the bundle alone still reach the rest of the world.
    expect(all.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
    expect(all.startsWith(alone)).toBe(true);
  } finally {
    await gateway.close();
  }
  await expect(stat(folder)).rejects.toThrow('ENOENT');
});
