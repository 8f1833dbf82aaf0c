import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createBedrock, type Bedrock } from '../../function/backends/bedrock/bedrock.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import { bedrockKey, testApp } from '../support/app.ts';

/** Says something on a connection that a whole request has come in on. */
type Script = (socket: Socket) => void;

let script: Script;
let server: Server;
let bedrock: Bedrock;
let url: string;
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const head = text.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head < 4 || text.length < head + length) return;
      text = '';
      script(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bedrock = createBedrock({ endpoints: { runtime: url, control: url }, transport: createTransport() });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function says(head: string, body = ''): Script {
  return (socket) => void socket.end(`HTTP/1.1 ${head}\r\n\r\n${body}`);
}

/** Writes for as long as anybody reads. */
function endlessly(head: string, piece: string): Script {
  return (socket) => {
    const write = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', write);
    socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
    write();
  };
}

function block(value: object): Script {
  const message = { role: 'assistant', content: [value] };
  return says('200 OK', JSON.stringify({ output: { message }, stopReason: 'end_turn', usage: {} }));
}

const secret = `arn:aws:iam::123456789012:role/secret of 123456789012 at https://x.us-east-1.amazonaws.com/ ${bedrockKey()}`;

const answers: readonly (readonly [string, number, Script])[] = [
  ['switches protocols', 502, says('101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x', 'abc')],
  ['sends 100 Continue forever', 504, endless100],
  ['does not speak HTTP', 502, (socket) => void socket.end('lorem ipsum\r\n\r\n')],
  ['hangs up', 502, (socket) => void socket.end()],
  ['resets', 502, (socket) => void socket.resetAndDestroy()],
  ['does not respond', 504, () => {}],
  ['stops within its headers', 504, (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-ty')],
  ['sends a megabyte of headers', 502, says(`200 OK\r\nx: ${'a'.repeat(1_000_000)}`)],
  ['redirects to a private address', 502, says('302 Found\r\nlocation: http://169.254.169.254/')],
  ['responds with 204', 502, says('204 No Content')],
  ['responds with status 999', 500, says('999 Odd', '{}')],
  ['responds with an HTML page', 500, says('500 Oops\r\ncontent-type: text/html', `<html>${secret}</html>`)],
  [
    'reveals secrets',
    400,
    says('400 Bad\r\nx-amzn-errortype: ValidationException', JSON.stringify({ message: secret })),
  ],
  ['sends an endless error body', 500, endlessly('500 Oops', 'x'.repeat(65_536))],
  ['stops within an error body', 504, (socket) => void socket.write('HTTP/1.1 400 Bad\r\ncontent-length: 9\r\n\r\na')],
  ['compresses its response', 502, says('200 OK\r\ncontent-encoding: gzip', 'xxxx')],
  ['sends an endless response', 502, endlessly('200 OK', ' '.repeat(65_536))],
  ['truncates its response', 502, says('200 OK\r\ncontent-length: 1000', '{"output":')],
  ['does not send JSON', 502, says('200 OK', 'nonsense')],
  ['sends null', 502, says('200 OK', 'null')],
  ['sends an empty object', 502, says('200 OK', '{}')],
  ['calls a tool without a name', 502, block({ toolUse: { toolUseId: 'a' } })],
  ['sends null as text', 502, block({ text: null })],
  ['sends null as reasoning', 502, block({ reasoningContent: null })],
  ['sends reasoning without text', 502, block({ reasoningContent: { reasoningText: {} } })],
];

function endless100(socket: Socket): void {
  const timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 5);
  socket.on('close', () => clearInterval(timer));
}

describe.each([false, true])('with stream: %s', (stream) => {
  test.each(answers)('an upstream that %s becomes an error object', async (_name, status, answer) => {
    script = answer;
    const { chat, log } = testApp({ bedrock });
    const body = { model: 'amazon.nova-lite-v1:0', stream, messages: [{ role: 'user', content: 'PROMPT' }] };
    // Silence is waited for until the end; what is too long is read as fast as the machine can.
    const { headers, text, ...got } = await chat(body, { until: status === 504 ? 500 : 30_000 });
    expect(got.status).toBe(status);
    expect(headers.get('x-request-id')).toBe('request-1');
    expect(log).toHaveLength(1);
    expect(text + JSON.stringify(log)).not.toMatch(/PROMPT|arn:|123456789012|amazonaws|ABSK|html/);
  });
});

test('failures leave no connection open', async () => {
  while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(sockets.size).toBe(0);
});
