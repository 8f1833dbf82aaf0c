import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { browserCommand } from '../../operations/dashboard/browser.ts';
import { dashboard } from '../../operations/dashboard/dashboard.ts';
import type { Aws, AwsAnswer, Subscription } from '../../operations/doctor/aws.ts';
import { Failure } from '../../operations/failure.ts';
import { readStackFile, type StackOutputs } from '../../operations/stack.ts';
import { root, runScript } from '../support/gateway.ts';
import { fakeTerminal, gateway, listening, runDoctor, type Listening } from './support.ts';

let folder: string;
let server: Listening;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'operations-'));
  server = await listening(gateway());
  const models =
    'bedrock-gateway:models:\n    gpt-4o: { target: "bedrock:a" }\n    tiny: { target: "sagemaker:b" }\n    "*": { target: "bedrock:c" }';
  await writeFile(path.join(folder, 'Pulumi.prod.yaml'), `config:\n  aws:region: eu-central-1\n  ${models}\n`);
  await writeFile(path.join(folder, 'Pulumi.bare.yaml'), 'config:\n');
  await writeFile(path.join(folder, 'Pulumi.text.yaml'), `config:\n  models: '{"gpt-4o":{"target":"bedrock:a"}}'\n`);
  await writeFile(path.join(folder, 'Pulumi.broken.yaml'), 'config: [\n');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const topicArn = 'arn:aws:sns:eu-central-1:123456789012:bedrock-gateway-prod-alerts';

function outputs(own: Partial<StackOutputs> = {}): () => Promise<StackOutputs> {
  return () =>
    Promise.resolve({
      baseUrl: `${server.origin}/v1`,
      alertTopicArn: topicArn,
      dashboardName: 'bedrock-gateway-prod-dashboard',
      ...own,
    });
}

/** The answer of Service Quotas for a quota of an account. */
function quota(value: number, account = '123456789012'): AwsAnswer {
  return {
    status: 200,
    body: { Quota: { Value: value, QuotaArn: `arn:aws:servicequotas:eu-central-1:${account}:lambda/L-B99A9384` } },
  };
}

const confirmed: Subscription = { protocol: 'email', endpoint: 'ops@example.com', isPending: false };

function fakeAws(own: Partial<Aws> = {}): () => Promise<Aws> {
  return () =>
    Promise.resolve({
      ready: () => Promise.resolve(),
      quota: () => Promise.resolve(quota(10_000)),
      subscriptions: () => Promise.resolve([confirmed]),
      ...own,
    });
}

async function accountLines(own: Parameters<typeof runDoctor>[1]): Promise<string[]> {
  const { out } = await runDoctor(['--stack', 'prod'], { root: folder, outputs: outputs(), aws: fakeAws(), ...own });
  const lines = out.split('\n');
  return lines.slice(
    lines.findIndex((line) => line.includes('Lambda quota')),
    -2,
  );
}

describe('--stack', () => {
  test('reads the base URL of the outputs, and the names of the config', async () => {
    const { out, code } = await runDoctor(['--stack', 'acme/prod'], {
      root: folder,
      outputs: outputs(),
      aws: fakeAws(),
      env: { BEDROCK_GATEWAY_API_KEY: 'sk-test' },
    });
    const lines = out.split('\n');
    expect(lines[0]).toBe(`ok      stack           acme/prod is at ${server.origin}/v1`);
    expect(lines).toContain('failed  models          the list of this key lacks tiny');
    expect(lines.slice(-7)).toEqual([
      'skipped streaming       gpt-4o answered with 1 events, too few to tell',
      'ok      Lambda quota    10000 concurrent executions',
      'ok      API rate quota  10000 requests per second for all APIs',
      'ok      domains quota   10000 custom domains',
      'ok      subscriptions   1 confirmed',
      '10 ok, 1 failed, 3 skipped',
      '',
    ]);
    expect(code).toBe(1);
  });

  test('fails where Pulumi does not know the stack', async () => {
    const { out, code } = await runDoctor(['--stack', 'prod'], {
      root: folder,
      outputs: () => Promise.reject(new Failure("pulumi stack output failed: no stack named 'prod' found")),
    });
    expect({ out, code }).toEqual({
      code: 1,
      out: `\
failed  stack           prod: pulumi stack output failed: no stack named 'prod' found
        fix: npx pulumi stack ls
0 ok, 1 failed, 0 skipped
`,
    });
  });

  test('fails where the stack is not deployed', async () => {
    const { out } = await runDoctor(['--stack', 'prod'], { root: folder, outputs: outputs({ baseUrl: undefined }) });
    expect(out.split('\n').slice(0, 2)).toEqual([
      'failed  stack           prod: it has no output baseUrl',
      '        fix: Deploy it: npx pulumi up --stack prod',
    ]);
  });
});

describe('quotas and subscriptions', () => {
  test('are skipped without credentials', async () => {
    const aws = fakeAws({ ready: () => Promise.reject(new Error('Could not load credentials from any providers')) });
    const why = 'no AWS credentials (Could not load credentials from any providers): set AWS_PROFILE, or log in';
    expect(await accountLines({ aws })).toEqual([
      `skipped Lambda quota    ${why}`,
      `skipped API rate quota  ${why}`,
      `skipped domains quota   ${why}`,
      `skipped subscriptions   ${why}`,
    ]);
  });

  test('that AWS has restricted in a new account fail', async () => {
    const aws = fakeAws({ quota: () => Promise.resolve(quota(10)) });
    expect((await accountLines({ aws })).slice(0, 2)).toEqual([
      "failed  Lambda quota    10 concurrent executions, less than the 1000 of AWS's default",
      '        fix: Request an increase: console, Service Quotas, AWS Lambda. What it limits: docs/operations.md#quotas',
    ]);
  });

  test('of another account fail', async () => {
    const aws = fakeAws({ quota: () => Promise.resolve(quota(1_000, '210987654321')) });
    expect((await accountLines({ aws })).slice(0, 2)).toEqual([
      'failed  Lambda quota    the credentials are of account 210987654321, and the stack is in 123456789012',
      "        fix: Use the credentials of the stack's account: export AWS_PROFILE=<profile>",
    ]);
  });

  test('that may not be read are skipped', async () => {
    const aws = fakeAws({
      quota: () => Promise.resolve({ status: 400, body: { __type: 'com.amazonaws#AccessDeniedException' } }),
      subscriptions: () => Promise.reject(Object.assign(new Error('denied'), { name: 'AuthorizationErrorException' })),
    });
    expect((await accountLines({ aws })).slice(-2)).toEqual([
      "skipped domains quota   AWS does not answer (AccessDeniedException); it needs servicequotas:GetServiceQuota in the stack's account",
      "skipped subscriptions   AWS does not answer (AuthorizationErrorException); it needs sns:ListSubscriptionsByTopic in the stack's account",
    ]);
  });

  test('that wait for confirmation fail', async () => {
    const pending: Subscription = { protocol: 'email', endpoint: 'new@example.com', isPending: true };
    const aws = fakeAws({ subscriptions: () => Promise.resolve([confirmed, pending]) });
    expect((await accountLines({ aws })).slice(-2)).toEqual([
      'failed  subscriptions   1 of 2 wait for confirmation: new@example.com',
      '        fix: Open the link in the message "AWS Notification - Subscription Confirmation". It is valid for 3 days; after that, subscribe again: SNS console, Request confirmation.',
    ]);
  });

  test('to nothing are told', async () => {
    expect((await accountLines({ aws: fakeAws({ subscriptions: () => Promise.resolve([]) }) })).at(-1)).toBe(
      'skipped subscriptions   nobody has subscribed to the topic: alarms reach nobody; config key alarmEmails',
    );
    expect((await accountLines({ outputs: outputs({ alertTopicArn: undefined }) })).at(-1)).toBe(
      'skipped subscriptions   the stack has no topic',
    );
  });
});

describe('npm run doctor and npm run dashboard', () => {
  /** AWS's wire format: Service Quotas in JSON, SNS in the query protocol, both signed. */
  const seen: string[] = [];
  const aws = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const [, scope = ''] = /Credential=AKIAEXAMPLE\/\d{8}\/([^,]+),/.exec(request.headers.authorization ?? '') ?? [];
      seen.push(`${scope} ${String(request.headers['x-amz-target'] ?? '')} ${body}`);
      if (scope.includes('/sns/')) response.writeHead(200, { 'content-type': 'text/xml' }).end(subscriptionsXml(body));
      else
        response
          .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
          .end(JSON.stringify(quota(2_500).body));
    });
  });
  let bin: string;
  beforeAll(async () => {
    bin = await mkdtemp(path.join(tmpdir(), 'operations-bin-'));
    await new Promise<void>((resolve) => void aws.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    aws.close();
    await rm(bin, { recursive: true });
  });

  function subscriptionsXml(body: string): string {
    const isSecondPage = body.includes('NextToken=more');
    const member = isSecondPage
      ? '<member><SubscriptionArn>PendingConfirmation</SubscriptionArn><Protocol>email</Protocol><Endpoint>new@example.com</Endpoint></member>'
      : '<member><SubscriptionArn>arn:aws:sns:eu-central-1:123456789012:t:1</SubscriptionArn><Protocol>email</Protocol><Endpoint>ops@example.com</Endpoint></member>';
    const next = isSecondPage ? '' : '<NextToken>more</NextToken>';
    return `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${member}</Subscriptions>${next}</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
  }

  /** Runs a script with a Pulumi CLI that prints what it is told to. */
  async function run(script: string, args: readonly string[], pulumi: string) {
    const file = path.join(bin, 'pulumi');
    await writeFile(file, `#!/bin/sh\n${pulumi}\n`);
    await chmod(file, 0o755);
    const { port } = aws.address() as AddressInfo;
    const env = {
      PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'made-up',
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: `http://127.0.0.1:${port}`,
    };
    const flags = ['--disable-warning=ExperimentalWarning', path.join(root, 'operations', script, 'main.ts'), ...args];
    const child = runScript(process.execPath, flags, env);
    const { code } = await child.ended;
    return { code, out: child.stdout(), err: child.stderr() };
  }

  const json = JSON.stringify({ baseUrl: 'http://127.0.0.1:9/v1', alertTopicArn: topicArn, dashboardName: 'd-prod' });

  test('ask Pulumi for the outputs, and AWS with signed requests, page by page', async () => {
    const { code, out } = await run('doctor', ['--stack', 'nowhere'], `echo '${json}'`);
    expect(code).toBe(1);
    expect(out.split('\n').slice(-7)).toEqual([
      'ok      Lambda quota    2500 concurrent executions',
      'ok      API rate quota  2500 requests per second for all APIs',
      'ok      domains quota   2500 custom domains',
      'failed  subscriptions   1 of 2 wait for confirmation: new@example.com',
      expect.stringMatching(/^ {8}fix: Open the link/),
      expect.stringMatching(/^\d ok, \d failed, \d skipped$/),
      '',
    ]);
    const target = 'eu-central-1/servicequotas/aws4_request ServiceQuotasV20190624.GetServiceQuota';
    expect(seen.slice(0, 3).toSorted()).toEqual([
      `${target} {"ServiceCode":"apigateway","QuotaCode":"L-8A5B8E43"}`,
      `${target} {"ServiceCode":"apigateway","QuotaCode":"L-A93447B8"}`,
      `${target} {"ServiceCode":"lambda","QuotaCode":"L-B99A9384"}`,
    ]);
    const topic = encodeURIComponent(topicArn);
    expect(seen.slice(3)).toEqual([
      `eu-central-1/sns/aws4_request  Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn=${topic}`,
      `eu-central-1/sns/aws4_request  Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn=${topic}&NextToken=more`,
    ]);
  });

  test("give Pulumi's own reason", async () => {
    const { code, err } = await run(
      'dashboard',
      ['--stack', 'nowhere'],
      `echo "error: no stack named 'nowhere' found" >&2; exit 255`,
    );
    expect({ code, err }).toEqual({
      code: 1,
      err: "Error: pulumi stack output failed: no stack named 'nowhere' found\nLog in to the state backend (npx pulumi login), and check the name: npx pulumi stack ls\n",
    });
  });

  test('print the URL of the dashboard where there is no browser', async () => {
    const { code, out, err } = await run('dashboard', ['--stack', 'nowhere'], `echo '${json}'`);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/d-prod\n',
      err: 'There is no browser here: open the URL yourself.\n',
    });
  });
});

describe('the dashboard', () => {
  async function show(args: readonly string[], own: Partial<StackOutputs> = {}) {
    const { terminal, printed } = fakeTerminal();
    const opened: string[] = [];
    const open = (url: string): Promise<boolean> => Promise.resolve(opened.push(url) > 0);
    const code = await dashboard(args, { root: folder, terminal, outputs: outputs(own), open });
    return { code, ...printed, opened };
  }

  const url =
    'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/bedrock-gateway-prod-dashboard';

  test('is printed and opened', async () => {
    expect(await show(['--stack', 'prod'])).toEqual({ code: 0, out: `${url}\n`, err: '', opened: [url] });
  });

  test('is printed only with --print, and as JSON with --json', async () => {
    expect(await show(['--stack', 'prod', '--print'])).toMatchObject({ out: `${url}\n`, opened: [] });
    const { out, opened } = await show(['--stack', 'prod', '--json']);
    expect(opened).toEqual([]);
    expect(JSON.parse(out)).toEqual({
      stack: 'prod',
      dashboardName: 'bedrock-gateway-prod-dashboard',
      region: 'eu-central-1',
      url,
    });
  });

  test.each([
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
  ])('of %s is in the console of its partition', async (region, beginning) => {
    const arn = topicArn.replace('eu-central-1', region);
    const { out } = await show(['--stack', 'bare', '--print'], { alertTopicArn: arn });
    expect(out.startsWith(beginning)).toBe(true);
  });

  test('that a stack does not have is an error with its fix', async () => {
    expect(await show(['--stack', 'prod'], { dashboardName: undefined })).toMatchObject({
      code: 1,
      err: 'Error: prod has no dashboard\nIts config leaves it out, or it is not deployed: npx pulumi config rm dashboard --stack prod && npx pulumi up --stack prod\n',
    });
    expect(await show(['--stack', 'bare'], { alertTopicArn: undefined })).toMatchObject({
      code: 1,
      err: 'Error: the region of bare is not known\nSet it: export AWS_REGION=<region>\n',
    });
  });

  test('needs the name of a stack', async () => {
    expect(await show([])).toMatchObject({ code: 2, err: 'Error: name a stack: --stack <name>\n' });
    expect((await show(['--help'])).out).toContain('  --print          print the URL only\n');
  });

  test.each([
    ['darwin', {}, ['open']],
    ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler']],
    ['linux', { DISPLAY: ':0' }, ['xdg-open']],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
    ['linux', {}, undefined],
  ] as const)('opens on %s with %j by %j', (platform, env, command) => {
    expect(browserCommand(platform, env)).toEqual(command);
  });
});

test('the file of a stack may be missing, and have models as text', () => {
  const nothing = { region: undefined, alarmTopicArn: undefined, models: [] };
  expect(readStackFile(folder, 'nowhere')).toEqual(nothing);
  expect(readStackFile(folder, 'bare')).toEqual(nothing);
  expect(readStackFile(folder, 'text')).toEqual({ ...nothing, models: ['gpt-4o'] });
  expect(() => readStackFile(folder, 'broken')).toThrow('Pulumi.broken.yaml is not YAML');
});
