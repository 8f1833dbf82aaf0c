import { variants } from '../infra/variants.ts';
import { missingOf } from '../python/environment.ts';
import { needs } from '../support/skip.ts';
import { Account } from './aws/account.ts';
import type { Operation } from './aws/account.ts';
import { certificate, logRole, unprotect, zone } from './support/found.ts';
import { pythonEnvironment, judged } from './support/judged.ts';
import { Sandbox, expectSuccess, diagnostics } from './support/sandbox.ts';
import { goldenUrns } from './support/urns.ts';

const domain = 'example.com';
const missing = await missingOf([pythonEnvironment]);

/**
 * The variants that the engine also judges by the pack of policies, which takes a process more: those with the most kinds of resources.
 * The rules of the pack run over all variants in tests/infra/variants.test.ts.
 */
const judgedByPolicies = ['all-backends', 'gateway-keys', 'private-network-all', 'storage-kms'];

/** Skips what makes a failed command resumable, which takes a tenth of the time: no command here fails. */
const withoutCheckpoints = {
  PULUMI_EXPERIMENTAL: 'true',
  PULUMI_SKIP_CHECKPOINTS: 'true',
  PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: 'true',
};

/** The first variant of each list of resources. Others with the same list differ in inputs alone, so these are deployed once and no more. */
const firstOfList = new Set(new Map(variants.toReversed().map(([name, { urns }]) => [urns.join('\n'), name])).values());

/** The operations in the accounts of all stacks. */
const done: Operation[] = [];

/** One clone and one stack, which begins empty for each variant. */
let sandbox: Sandbox;
let emptyState: string;
beforeAll(async () => {
  sandbox = new Sandbox();
  sandbox.environment = withoutCheckpoints;
  sandbox.sharesProcess = true;
  await sandbox.init('test', {});
  emptyState = sandbox.stateText('test');
});
afterAll(() => sandbox.dispose());

describe.each(variants)('%s', (name, { config, urns }) => {
  beforeAll(() => {
    sandbox.account = new Account();
    sandbox.setState('test', emptyState);
    sandbox.configure('test', config);
    const { hostedZoneId, certificateArn } = ours(config);
    zone(sandbox, domain, hostedZoneId);
    logRole(sandbox, String(config['aws:region']));
    if (certificateArn !== undefined) certificate(sandbox, certificateArn, `*.${domain}`);
  });
  afterAll(() => {
    done.push(...sandbox.account.operations());
  });

  test('is deployed with the resources of the list and no others', async () => {
    const pack = judgedByPolicies.includes(name) ? ['--policy-pack', 'infra/policy'] : [];
    const output = expectSuccess(await sandbox.pulumi(['up', '--yes', '--skip-preview', ...pack]));
    // What a component of another program declares is its own.
    const own = sandbox.state('test').filter(({ urn }) => !urn.includes('$awsx:ec2:Vpc$'));
    expect(goldenUrns(own)).toEqual(urns);
    expect(diagnostics(output)).toEqual([]);
  });

  if (!firstOfList.has(name)) return;

  test('does not change if nothing has changed', async () => {
    const before = sandbox.account.operations().length;
    expectSuccess(await sandbox.pulumi(['up', '--yes', '--skip-preview', '--expect-no-changes']));
    expect(sandbox.account.operations().slice(before)).toEqual([]);
  });

  test('is destroyed and leaves nothing', async () => {
    const found = sandbox.account.all().filter(({ outputs }) => outputs['random'] === undefined);
    unprotect(sandbox);
    if (sandbox.state('test').some(({ protect }) => protect === true))
      expectSuccess(await sandbox.pulumi(['state', 'unprotect', '--all', '--yes']));
    expectSuccess(await sandbox.pulumi(['destroy', '--yes', '--skip-preview']));
    expect(sandbox.state('test')).toEqual([]);
    expect(sandbox.account.all()).toEqual(found);
  });
});

test('the variants that policies judge exist', () => {
  expect(variants.map(([name]) => name)).toEqual(expect.arrayContaining(judgedByPolicies));
});

needs(missing === undefined, missing ?? '')('the inputs of all resources', () => {
  test("match AWS's service models", async () => {
    expect(done.length).toBeGreaterThan(variants.length);
    expect(await judged(done)).toEqual([]);
  });
});

/** The parts of a variant's config that name something in the account. */
function ours(config: Readonly<Record<string, unknown>>): { hostedZoneId?: string; certificateArn?: string } {
  const own = 'bedrock-gateway:';
  const keys = Object.entries(config).filter(([key]) => key.startsWith(own));
  return Object.fromEntries(keys.map(([key, value]) => [key.slice(own.length), value]));
}
