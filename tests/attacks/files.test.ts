import { storingApp } from '../support/storage.ts';

/** A form of raw parts, as no well-meaning client sends it. */
function raw(parts: readonly string[], { boundary = 'b', end = `--b--\r\n` } = {}): RequestInit {
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('') + end;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  return { method: 'POST', headers, body: Buffer.from(body) };
}

const field = (name: string, value: string): string => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const file = (filename: string, text = 'x'): string =>
  `Content-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: text/html\r\n\r\n${text}`;
const purpose = field('purpose', 'user_data');

test("another owner's file is a 404 at every path, like one that there is not", async () => {
  const app = storingApp();
  const id = await app.upload('token-a', { name: 'secret.txt', text: 'secret' });
  const before = [...app.store.objects.keys()];
  const answers: unknown[] = [];
  for (const path of [`/v1/files/${id}`, `/files/${id}/content`, `/openai/v1/files/${id}`])
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      if (method === 'DELETE' && path.endsWith('content')) continue;
      const { status, text } = await app.as('token-b', path, { method });
      answers.push(status);
      expect(text).not.toContain('secret');
    }
  expect(new Set(answers)).toEqual(new Set([404]));
  expect(JSON.parse((await app.as('token-b', `/v1/files?after=${id}`)).text).data).toEqual([]);
  expect([...app.store.objects.keys()]).toEqual(before);
});

test.each([
  '..',
  '%2e%2e',
  '..%2f..%2fcaller-b%2ffile%2fx',
  '%252e%252e%252fcaller-b',
  'file-1',
  'file-../../caller-b/record/x',
  'file-000000000000000000000%2f',
  'file-000000000000000000000%00',
  'file-000000000000000000000%0a',
  'x'.repeat(5_000),
])('the id %s reaches nothing', async (id) => {
  const app = storingApp();
  const own = await app.upload('token-b', { name: 'x', text: 'secret' });
  for (const path of [`/v1/files/${id}`, `/v1/files/${id}/content`]) {
    const { status, text } = await app.as('token-a', path.replace('/x', `/${own}`));
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  }
});

test.each([
  ['../../../etc/passwd', 'passwd'],
  [String.raw`C:\windows\system32\cmd.exe`, 'cmd.exe'],
  ['..', 'upload'],
  ['', 'upload'],
  ['a.html', 'a.html'],
  ['%22; filename=evil.exe', '"; filename=evil.exe'],
  ['ünï.txt', 'ünï.txt'],
])('the name %s is shown and sent as no more than a name', async (sent, shown) => {
  const app = storingApp();
  const { status, text } = await app.as('token-a', '/v1/files', raw([purpose, file(sent, '<script>')]));
  expect([status, JSON.parse(text).filename]).toEqual([200, shown]);
  const { headers } = await app.as('token-a', `/v1/files/${JSON.parse(text).id}/content`);
  expect(headers.get('content-disposition')).toMatch(
    /^attachment; filename="[\w .()-]*"; filename\*=UTF-8''(?:[\w.!~-]|%[\dA-F]{2})*$/,
  );
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test.each(['a%0D%0ASet-Cookie: x=1', 'a%0Ab', 'a\u0000b', 'a\u2028b'])(
  'the name %j, which could end a header or a line, is refused',
  async (name) => {
    const app = storingApp();
    const { status, headers } = await app.as('token-a', '/v1/files', raw([purpose, file(name)]));
    expect(status).toBe(400);
    expect(headers.get('set-cookie')).toBeNull();
    expect(app.store.objects.size).toBe(0);
  },
);

test.each<[what: string, init: RequestInit]>([
  ['that ends in the middle', raw([purpose, file('a')], { end: '' })],
  ['without its end', raw([purpose, file('a')], { end: '--b\r\n' })],
  ['without a boundary', { ...raw([purpose, file('a')]), headers: { 'content-type': 'multipart/form-data' } }],
  ['with another boundary', raw([purpose, file('a')], { boundary: 'c' })],
  ['of nothing', { ...raw([]), body: Buffer.from('') }],
  ['of no parts', raw([])],
  ['of a thousand parts', raw([...Array.from({ length: 1_000 }, (_, at) => field(`f${at}`, 'x')), purpose, file('a')])],
  ['of a million delimiters', { ...raw([]), body: Buffer.from('--b\r\n'.repeat(1_000_000)) }],
  ['with an endless header', raw([purpose, `X-Long: ${'x'.repeat(5_000_000)}`])],
  ['with a form in a form', raw([purpose, `Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--`])],
  ['with the file twice', raw([purpose, file('a'), file('b')])],
  ['with the purpose twice', raw([purpose, field('purpose', 'vision'), file('a')])],
  ['with a file as its purpose', raw([file('a').replace('name="file"', 'name="purpose"'), file('b')])],
  ['with a long field', raw([purpose, field('note', 'x'.repeat(4_097)), file('a')])],
  ['with a field whose name could end a header', raw([purpose, field('a%0D%0Ab', 'x'), file('a')])],
  ['with a field of the prototype', raw([field('__proto__[purpose]', 'user_data'), file('a')])],
])('a form %s is a 400, and stores nothing', async (_what, init) => {
  const app = storingApp();
  const { status } = await app.as('token-a', '/v1/files', init);
  expect(status).toBe(400);
  expect(app.store.objects.size).toBe(0);
});

test('a file that is deleted while it is asked for is a 404', async () => {
  const app = storingApp();
  const id = await app.upload('token-a', { name: 'x', text: 'x' });
  await app.store.remove('caller-a', [{ kind: 'file', id }]);
  expect((await app.as('token-a', `/v1/files/${id}/content`)).status).toBe(404);
});

test('a record that this gateway did not write is a 500 that shows nothing of it', async () => {
  const app = storingApp();
  const id = await app.upload('token-a', { name: 'x', text: 'x' });
  app.store.write(`caller-a/record/${id}`, Buffer.from('{"filename":"secret"}'));
  const { status, text } = await app.as('token-a', `/v1/files/${id}`);
  expect(status).toBe(500);
  expect(text).not.toContain('secret');
});
