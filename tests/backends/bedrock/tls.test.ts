import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { selfSigned } from './certificate.ts';
import { closeClients, context, gateway, hello, reply } from './clients.ts';
import { json } from '../loopback.ts';

const trusted = getCACertificates('default');
const opened: TLSSocket[] = [];
let requests = 0;
let server: Server;
let url: string;

/** What is done with a request instead of answering it. */
let instead: ((socket: Socket) => void) | undefined;

beforeAll(async () => {
  const certificate = selfSigned();
  setDefaultCACertificates([...trusted, certificate.cert]);
  server = createServer(certificate, (request, response) => {
    requests += 1;
    request.resume();
    request.on('end', () => (instead === undefined ? json(response, 200, reply) : instead(request.socket)));
  });
  server.on('secureConnection', (socket) => opened.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  opened.splice(0);
  requests = 0;
  instead = undefined;
});

afterEach(closeClients);

afterAll(async () => {
  setDefaultCACertificates(trusted);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('calls use the one connection that was opened ahead', async () => {
  const bedrock = gateway(url);
  await bedrock.warm('us-east-1');
  for (let call = 0; call < 3; call += 1)
    expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
  expect(opened).toHaveLength(1);
});

test('a connection that closes before any answer is replaced, once', async () => {
  const bedrock = gateway(url);
  await bedrock.converse.call(hello, context());
  instead = (socket) => {
    instead = undefined;
    socket.end();
  };
  expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
  expect(opened).toHaveLength(2);
});

test('a server without a valid certificate gets neither key nor request', async () => {
  const outcome = await gateway(url.replace('localhost', '127.0.0.1')).converse.call(hello, context());
  expect(outcome).toMatchObject({
    ok: false,
    failure: { name: 'ConnectionError', message: 'Bedrock gave no answer (ERR_TLS_CERT_ALTNAME_INVALID).' },
  });
  expect(requests).toBe(0);
});
