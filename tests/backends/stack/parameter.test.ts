import { readParameter } from '../../../function/backends/stack/parameter.ts';
import { closeLoopbacks, json, loopback, type Loopback } from '../loopback.ts';

afterEach(closeLoopbacks);

const credentials = { accessKeyId: 'made-up-id', secretAccessKey: 'made-up', sessionToken: 'made-up-session' };
const name = '/team/models';

function ssm(status: number, body: object): Promise<Loopback> {
  return loopback((response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    json(response, status, body);
  });
}

function read({ url }: Pick<Loopback, 'url'>) {
  return readParameter({ name, region: 'eu-west-1', credentials, endpoint: url });
}

test("one parameter is read, signed with the function's role for the function's region", async () => {
  const server = await ssm(200, { Parameter: { Name: name, Type: 'String', Value: '{}', Version: 3 } });
  expect(await read(server)).toEqual({ ok: true, text: '{}' });
  const [arrived] = server.arrived;
  expect(JSON.parse(arrived?.body ?? '')).toEqual({ Name: name });
  expect(arrived?.headers).toMatchObject({
    'x-amz-target': 'AmazonSSM.GetParameter',
    'x-amz-security-token': credentials.sessionToken,
  });
  expect(arrived?.headers.authorization).toContain('/eu-west-1/ssm/aws4_request');
});

test.each([
  [
    'no parameter',
    400,
    { __type: 'ParameterNotFound' },
    "There is no such parameter in the stack's region and account.",
  ],
  [
    'no right',
    400,
    { __type: 'AccessDeniedException', message: 'User: arn:aws:iam::123456789012:role/x is not authorized' },
    "The function's role may not read it: deploy the stack again.",
  ],
  [
    'another refusal',
    400,
    { __type: 'InvalidKeyId', message: 'key 123456789012' },
    'It could not be read: InvalidKeyId.',
  ],
  [
    'ciphertext',
    200,
    { Parameter: { Name: name, Type: 'SecureString', Value: 'AQICAHg' } },
    'It must be a parameter of the type String.',
  ],
  [
    'a list',
    200,
    { Parameter: { Name: name, Type: 'StringList', Value: 'a' } },
    'It must be a parameter of the type String.',
  ],
  ['no value', 200, { Parameter: { Name: name, Type: 'String' } }, 'It must be a parameter of the type String.'],
  ['an inherited name', 400, { __type: 'toString' }, 'It could not be read: toString.'],
  ['nothing', 200, {}, 'It must be a parameter of the type String.'],
])('%s is reported without the account or the value', async (_name, status, body, problem) => {
  const outcome = await read(await ssm(status, body));
  expect(outcome).toEqual({ ok: false, problem });
  expect(JSON.stringify(outcome)).not.toMatch(/123456789012|AQICAHg/);
});

test("an unreachable service is reported by the error's name", async () => {
  const outcome = await read({ url: 'http://127.0.0.1:9' });
  expect(outcome).toEqual({ ok: false, problem: expect.stringMatching(/^It could not be read: \w+\.$/) });
});

test('a failing read is tried four times in all', async () => {
  const server = await ssm(500, { __type: 'InternalServerError' });
  expect(await read(server)).toEqual({ ok: false, problem: 'It could not be read: InternalServerError.' });
  expect(server.arrived).toHaveLength(4);
});
