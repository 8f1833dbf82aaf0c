import { Sandbox, expectSuccess } from './support/sandbox.ts';

const upCommand = ['up', '--yes', '--skip-preview'];
const bucketType = 'aws:s3/bucket:Bucket';
const policyType = 'aws:s3/bucketPolicy:BucketPolicy';

/** One stack that begins to store files, and ends. */
describe('a stack with storage', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = new Sandbox();
    await sandbox.init('test', config());
    expectSuccess(await sandbox.pulumi(upCommand));
  });
  afterAll(() => sandbox.dispose());

  function config(storage?: object): Record<string, unknown> {
    return { 'aws:region': 'us-east-1', ...(storage && { 'bedrock-gateway:storage': storage }) };
  }

  test('gets its bucket, and a new deployment of the API, which takes bytes from then on', async () => {
    sandbox.configure('test', config({}));
    const before = sandbox.account.operations().length;
    expectSuccess(await sandbox.pulumi(upCommand));
    const done = sandbox.account.operations().slice(before);
    const names = done.map(({ kind, type }) => `${kind} ${type.split(':').at(-1)}`);
    expect(names).toEqual(expect.arrayContaining(['create Bucket', 'create Deployment', 'update RestApi']));
    expect(names.indexOf('update RestApi')).toBeLessThan(names.indexOf('create Deployment'));
  });

  test('keeps the bucket and all that protects it when storage is removed', async () => {
    sandbox.configure('test', config());
    const { code, output } = await sandbox.pulumi(upCommand);
    expect(code).not.toBe(0);
    expect(output).toContain('protect');
    expect(sandbox.account.of(bucketType)).toHaveLength(1);
    expect(sandbox.account.of(policyType)).toHaveLength(1);
  });

  test('is destroyed only after the protection was turned off', async () => {
    sandbox.configure('test', config({}));
    expect((await sandbox.pulumi(['destroy', '--yes', '--skip-preview'])).code).not.toBe(0);
    expect(sandbox.account.of(bucketType)).toHaveLength(1);
    sandbox.configure('test', config({ deletionProtection: false }));
    expectSuccess(await sandbox.pulumi(upCommand));
    expectSuccess(await sandbox.pulumi(['destroy', '--yes', '--skip-preview']));
    expect(sandbox.account.all()).toEqual([]);
  });
});
