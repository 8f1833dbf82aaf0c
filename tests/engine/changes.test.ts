import { zone } from './support/found.ts';
import { Sandbox, expectSuccess, diagnostics } from './support/sandbox.ts';

const startConfig = { 'aws:region': 'us-east-1' };
const ownModels = { models: { 'gpt-4o': { target: 'bedrock:us.amazon.nova-pro-v1:0' } } };
const domainConfig = { domain: 'example.com' };

/** Successive changes of the config of one stack. */
describe('a change of the config', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = new Sandbox();
    sandbox.sharesProcess = true;
    zone(sandbox, 'example.com');
    await sandbox.init('test', startConfig);
    expectSuccess(await sandbox.pulumi(['up', '--yes', '--skip-preview']));
  });
  afterAll(() => sandbox.dispose());

  /** Deploys a config and returns the operations: kind, class of the type, and name. */
  async function change(config: object, flags = ['--skip-preview']): Promise<string[]> {
    const own = Object.entries(config).map(([key, value]) => [`bedrock-gateway:${key}`, value]);
    sandbox.configure('test', { ...startConfig, ...Object.fromEntries(own) });
    const before = sandbox.account.operations().length;
    expect(diagnostics(expectSuccess(await sandbox.pulumi(['up', '--yes', ...flags])))).toEqual([]);
    return sandbox.account
      .operations()
      .slice(before)
      .map(({ kind, type, name }) => `${kind} ${short(type)} ${name}`)
      .toSorted();
  }

  test('of logRetentionDays updates only the log group', async () => {
    expect(await change({ logRetentionDays: 30 })).toEqual(['update LogGroup bedrock-gateway-streaming']);
  });

  test('of the models publishes new code, and the alias follows', async () => {
    expect(await change({ logRetentionDays: 30, ...ownModels })).toEqual([
      'update Alias bedrock-gateway-streaming',
      'update Function bedrock-gateway-streaming',
    ]);
  });

  test('of memory and limits updates nothing else', async () => {
    expect(
      await change({ ...ownModels, memory: 2048, reservedConcurrency: 100, throttle: { rate: 50, burst: 100 } }),
    ).toEqual([
      'create MethodSettings bedrock-gateway-stream-api',
      'update Alias bedrock-gateway-streaming',
      'update Function bedrock-gateway-streaming',
      'update LogGroup bedrock-gateway-streaming',
    ]);
  });

  test('that adds a domain keeps functions, roles, logs and the REST API', async () => {
    const done = await change({ ...ownModels, ...domainConfig }, []);
    expect(done.filter((line) => !line.startsWith('create'))).toEqual([
      'delete Deployment bedrock-gateway-stream-api',
      'delete MethodSettings bedrock-gateway-stream-api',
      'update Alias bedrock-gateway-streaming',
      // What watches the functions watches the new one as well.
      'update Dashboard bedrock-gateway-dashboard',
      'update Function bedrock-gateway-streaming',
      'update MetricAlarm bedrock-gateway-alarms-functions',
      'update QueryDefinition bedrock-gateway-queries-failed-requests',
      'update QueryDefinition bedrock-gateway-queries-one-request',
      'update QueryDefinition bedrock-gateway-queries-refused-requests-by-reason',
      'update QueryDefinition bedrock-gateway-queries-slowest-requests',
      'update QueryDefinition bedrock-gateway-queries-targets-without-a-price',
      'update QueryDefinition bedrock-gateway-queries-throttled-requests',
      'update QueryDefinition bedrock-gateway-queries-use-and-cost-by-caller',
      'update QueryDefinition bedrock-gateway-queries-use-and-cost-by-model',
      'update RestApi bedrock-gateway-stream-api',
      'update Stage bedrock-gateway-stream-api',
    ]);
    expect(done).toEqual(
      expect.arrayContaining([
        'create Certificate bedrock-gateway-domain',
        'create DomainName bedrock-gateway-domain',
        'create Function bedrock-gateway-buffered',
        'create Deployment bedrock-gateway-stream-api',
        'create Record bedrock-gateway-domain-aaaa',
      ]),
    );
  });

  test('of the subdomain replaces only the domain and the resources that depend on it', async () => {
    const done = await change({ ...ownModels, ...domainConfig, subdomain: 'ai' });
    const replaced = done.filter((line) => line.startsWith('create')).map((line) => line.replace('create ', ''));
    expect(replaced.filter((line) => !line.startsWith('ApiMapping'))).toEqual([
      'Certificate bedrock-gateway-domain',
      'CertificateValidation bedrock-gateway-domain',
      'DomainName bedrock-gateway-domain',
      'Record bedrock-gateway-domain-a',
      'Record bedrock-gateway-domain-aaaa',
      'Record bedrock-gateway-domain-validation',
    ]);
    expect(done).toEqual([...replaced.map((line) => `create ${line}`), ...replaced.map((line) => `delete ${line}`)]);
  });

  test('of callers and targets adds the role that pays', async () => {
    const paid = {
      models: { ...ownModels.models, small: { target: 'sagemaker:small' } },
      callers: [{ id: 'support-app', sha256: '0123456789abcdef'.repeat(4) }],
    };
    expect(await change({ ...paid, ...domainConfig, subdomain: 'ai' })).toEqual([
      'create Role bedrock-gateway-spending-role',
      'create RolePolicy bedrock-gateway-spending-role',
      ...['Alias', 'Function', 'RolePolicy'].flatMap((type) => [
        `update ${type} bedrock-gateway-buffered`,
        `update ${type} bedrock-gateway-streaming`,
      ]),
    ]);
  });

  test('that turns streaming off removes the REST API', async () => {
    const done = await change({ ...domainConfig, subdomain: 'ai', streaming: false });
    expect(done).toEqual(
      expect.arrayContaining([
        'delete RestApi bedrock-gateway-stream-api',
        'delete Function bedrock-gateway-streaming',
        'delete Role bedrock-gateway-spending-role',
      ]),
    );
    expect(done.filter((line) => line.startsWith('create'))).toEqual([]);
  });

  test('that removes the domain restores the first stack', async () => {
    await change({});
    const types = sandbox.state('test').map(({ type }) => type);
    expect(types).not.toContain('aws:apigatewayv2/domainName:DomainName');
    expect(types).toContain('aws:apigateway/restApi:RestApi');
  });
});

/** The class of a type: `aws:lambda/alias:Alias` is `Alias`. */
function short(type: string): string {
  return type.split(':').at(-1) ?? '';
}
