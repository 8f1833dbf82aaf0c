import { cli, errorReply, fakeGateway, type FakeGateway, type Machine } from './support.ts';

let gateway: FakeGateway;
let env: Record<string, string>;

beforeAll(async () => {
  gateway = await fakeGateway();
  env = { BEDROCK_GATEWAY_URL: gateway.baseUrl, BEDROCK_GATEWAY_ADMIN_KEY: 'k', BEDROCK_GATEWAY_PROJECT: 'proj_1' };
});
afterAll(() => gateway.close());

const project = (id: string, name = id) => ({ id, name, status: 'active', created_at: 1_795_953_600 });
const page = (data: readonly object[], more: object = {}) => ({ object: 'list', data, has_more: false, ...more });

test('lists are tables', async () => {
  gateway.answer(page([project('proj_1', 'search'), project('proj_2', 'a\u001B[31m\u202Eb\n')]));
  const { code, out, err } = await cli(['projects', 'list'], { env });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(
    [
      'ID      NAME                       STATUS  CREATED',
      'proj_1  search                     active  2026-11-29 12:00',
      String.raw`proj_2  a\u{1b}[31m\u{202e}b\u{a}  active  2026-11-29 12:00`,
      '',
    ].join('\n'),
  );
});

test('an empty list is empty, and says on standard error what to do', async () => {
  gateway.answer(page([]));
  expect(await cli(['projects', 'list'], { env })).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('projects create'),
  });
});

test('--json is the list of all pages in one document', async () => {
  const pages = [
    page([project('proj_1'), project('proj_2')], { has_more: true, last_id: 'proj_2' }),
    page([project('proj_3', '\u009B31m\u202E')]),
  ];
  gateway.answer(...pages);
  const { out } = await cli(['projects', 'list', '--json'], { env });
  expect(gateway.seen.map(({ operation }) => operation)).toEqual([
    'GET /v1/organization/projects?limit=100',
    'GET /v1/organization/projects?limit=100&after=proj_2',
  ]);
  expect(JSON.parse(out)).toEqual({
    object: 'list',
    data: [project('proj_1'), project('proj_2'), project('proj_3', '\u009B31m\u202E')],
    first_id: 'proj_1',
    last_id: 'proj_3',
    has_more: false,
  });
  expect(out).toContain(String.raw`"\u009b31m\u202e"`);
});

test('--limit ends a list, and says that there is more', async () => {
  gateway.answer(page([project('proj_1')], { has_more: true }));
  const { out, err } = await cli(['projects', 'list', '--limit', '1'], { env });
  expect(out.split('\n')).toHaveLength(3);
  expect(err).toContain('There are more');
  expect(gateway.seen).toHaveLength(1);
});

test('pages that lead in a circle are a failure', async () => {
  gateway.answer(page([project('proj_1')], { has_more: true, last_id: 'proj_1' }));
  expect(await cli(['projects', 'list'], { env })).toMatchObject({
    code: 1,
    err: expect.stringContaining('no valid cursor'),
  });
  expect(gateway.seen).toHaveLength(2);
});

const key = { id: 'key_1', name: 'laptop', value: 'sk-test-text', expires_at: null };
const create = ['keys', 'create', 'laptop', '--account', 'svc_acct_1'];

test('the text of a new key is printed once, and alone with --quiet', async () => {
  gateway.answer(key);
  const loud = await cli(create, { env });
  expect(loud.out).toBe('ID       key_1\nName     laptop\nExpires  never\nKey      sk-test-text\n');
  expect(loud.err).toContain('not shown again');
  expect(await cli([...create, '--quiet'], { env })).toMatchObject({ out: 'sk-test-text\n', err: '' });
  expect(JSON.parse((await cli([...create, '--json'], { env })).out)).toEqual(key);
});

const archive = ['projects', 'archive', 'proj_1'];
const remove = ['keys', 'delete', 'key_1'];
const at = (reply: string): Machine => ({ isInteractive: true, reply });

test.each<[args: string[], machine: Machine, question: string, done: boolean]>([
  [remove, at('y'), 'Deleting the key key_1 cannot be undone. Go on? [y/N] ', true],
  [remove, at('Yes'), 'Deleting the key key_1 cannot be undone. Go on? [y/N] ', true],
  [remove, at(''), 'Deleting the key key_1 cannot be undone. Go on? [y/N] ', false],
  [remove, at('yo'), 'Deleting the key key_1 cannot be undone. Go on? [y/N] ', false],
  [
    archive,
    at('search'),
    "Archiving the project 'search' ends all its keys and cannot be undone. Type search to go on: ",
    true,
  ],
  [
    archive,
    at('y'),
    "Archiving the project 'search' ends all its keys and cannot be undone. Type search to go on: ",
    false,
  ],
])('%j with the reply of %j asks first', async (args, machine, question, done) => {
  gateway.answer(project('proj_1', 'search'));
  const { code, questions } = await cli(args, { env, ...machine });
  expect({ code, questions }).toEqual({ code: done ? 0 : 1, questions: [question] });
  expect(gateway.seen.some(({ operation }) => !operation.startsWith('GET'))).toBe(done);
});

test('a project without a name to type is not archived by an empty line', async () => {
  gateway.answer(project('proj_1', ' '));
  expect((await cli(archive, { env, isInteractive: true, reply: '' })).code).toBe(1);
});

test.each([[remove], [archive], [['keys', 'rotate', 'key_1']], [['spend', 'remove']], [['permissions', 'remove']]])(
  '%j without a terminal needs --yes',
  async (args) => {
    gateway.answer(key);
    const { code, err, questions } = await cli(args, { env });
    expect({ code, err, questions }).toEqual({ code: 2, err: expect.stringContaining('add --yes'), questions: [] });
    expect(gateway.seen.every(({ operation }) => operation.startsWith('GET'))).toBe(true);
    expect(await cli([...args, '--yes'], { env })).toMatchObject({ code: 0, questions: [] });
  },
);

test.each<[args: string[], err: RegExp]>([
  [['projets', 'list'], /unknown command 'projets'\nDid you mean 'projects'\?/],
  [['frobnicate'], /unknown command 'frobnicate'\nbedrock-gateway --help/],
  [['keys', 'lst'], /unknown command 'keys lst'\nDid you mean 'keys list'\?/],
  [['keys', 'zzzzzz'], /One of: list, create/],
  [['keys'], /a command is missing\nOne of: list, create/],
  [['keys', 'list', '--amdin'], /unknown flag --amdin\nDid you mean --admin\?/],
  [['keys', 'list', '--key=sk-secret'], /'keys list' does not take --key/],
  [['keys', 'list', '-z'], /unknown flag -z\n$/],
  [['projects', 'list', '--json=yes'], /--json does not take a value/],
  [['projects', 'list', '--limit'], /--limit needs a value: --limit <number>/],
  [['projects', 'list', '--limit', '1', '--limit', '2'], /--limit was given more than once/],
  [['projects', 'create'], /needs <name>: its name\nUsage: bedrock-gateway projects create <name>/],
  [['projects', 'create', 'a', 'b'], /does not expect 'b'/],
  [['accounts', 'update', 'a', '--role', 'boss'], /--role must be one of member, owner, not 'boss'/],
  [['keys', 'update', 'a', '--scope', 'inference,al\u001Bl'], /must be one of .* not 'inference,al\\u\{1b\}l'/],
  [['completion', 'tcsh'], /unknown shell 'tcsh'/],
])('%j is a usage error', async (args, err) => {
  const outcome = await cli(args, { env });
  expect(outcome).toMatchObject({ code: 2, out: '' });
  expect(outcome.err).toMatch(err);
  expect(outcome.err).not.toContain('secret');
});

test('help is for people who ask, and for those who do not know what to ask', async () => {
  expect(await cli([])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('projects create') });
  for (const args of [['--help'], ['help'], ['-h']])
    expect(await cli(args)).toMatchObject({ code: 0, out: expect.stringContaining('projects create'), err: '' });
  expect((await cli(['keys', '--help'])).out).toMatch(/^bedrock-gateway keys <command> \[flags\]\n\n {2}keys list/);
  expect((await cli(['help', 'keys', 'create'])).out).toBe((await cli(['keys', 'create', '--help'])).out);
  expect((await cli(['--help'])).out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('flags may come before the command', async () => {
  gateway.answer(page([]));
  expect(JSON.parse((await cli(['--json', 'projects', 'list'], { env })).out)).toMatchObject({ data: [] });
});

test('exit codes tell a failure from a wrong command line', async () => {
  gateway.answer(errorReply(404, { message: 'None.' }));
  expect((await cli(['projects', 'get', 'proj_9'], { env })).code).toBe(1);
  expect((await cli(['projects', 'get'], { env })).code).toBe(2);
});
