import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { UnauthorizedError as FirstUnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import type { Loopback } from '../backends/loopback.ts';
import { issuer, oauthApp, resource, tokenFor } from '../mcp/issuer.ts';
import type { TestApp } from '../support/app.ts';
import { registered, startIssuer } from './oauth-issuer.ts';

let server: Loopback;
let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [], region: 'us-east-1' });
  server = await startIssuer();
});
afterAll(async () => {
  await server.close();
  await simulator.close();
});

/** How the gateway is reached: as it answers, and as a REST API passes that on, which renames `WWW-Authenticate`. */
const edges = {
  'by WWW-Authenticate': (response: Response) => response,
  'by the well-known paths alone': (response: Response) => {
    const { status, body } = response;
    const headers = new Headers(response.headers);
    const challenge = headers.get('www-authenticate');
    headers.delete('www-authenticate');
    if (challenge !== null) headers.set('x-amzn-remapped-www-authenticate', challenge);
    return new Response(status === 204 ? null : body, { status, headers });
  },
};

/** A network in which the gateway and the issuer have their names; `asked` is what was asked of the gateway. */
function networkOf(app: TestApp, edge: (response: Response) => Response) {
  const asked: string[] = [];
  const send = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const { origin, pathname, search } = new URL(url);
    if (origin === issuer) return await fetch(`${server.url}${pathname}${search}`, { ...init, redirect: 'manual' });
    if (origin !== new URL(resource).origin) throw new Error(`${origin} is not in this network`);
    asked.push(`${init.method ?? 'GET'} ${pathname}`);
    return edge(await app.open(pathname, init));
  };
  return { asked, send };
}

/** What a client keeps, and where it sends its user. */
function providerOf() {
  const kept: Record<string, unknown> = {};
  const keep = (name: string) => (value: unknown) => void (kept[name] = value);
  const provider = {
    redirectUrl: registered.redirectUri,
    clientMetadata: { client_name: 'test', redirect_uris: [registered.redirectUri] },
    state: () => 'state-1',
    clientInformation: () => ({ client_id: registered.clientId }),
    tokens: () => kept['tokens'] as undefined,
    saveTokens: keep('tokens'),
    redirectToAuthorization: keep('url'),
    saveCodeVerifier: keep('verifier'),
    codeVerifier: () => String(kept['verifier']),
    saveDiscoveryState: keep('discovery'),
    discoveryState: () => kept['discovery'] as undefined,
  };
  return { kept, provider };
}

const name = { name: 'test', version: '1.0.0' };
const clients = {
  '2.x': {
    refusal: UnauthorizedError,
    newClient: () => new Client(name),
    newTransport: (options: object) => new StreamableHTTPClientTransport(new URL(resource), options),
  },
  '1.x': {
    refusal: FirstUnauthorizedError,
    newClient: () => new FirstClient(name),
    newTransport: (options: object) => new FirstTransport(new URL(resource), options),
  },
};

const scopes = ['openid', 'gateway/inference'];
const facades = [true, false];

describe.each(['2.x', '1.x'] as const)("the SDK's client %s", (version) => {
  const { refusal, newClient, newTransport } = clients[version];
  const connect = async (options: object) => {
    const [client, transport] = [newClient(), newTransport(options)];
    await client.connect(transport);
    return client;
  };

  describe.each(facades)('with the facade %s', (facade) => {
    test.each(['by WWW-Authenticate', 'by the well-known paths alone'] as const)(
      'finds the issuer %s, gets a token and calls a tool',
      async (edge) => {
        const app = oauthApp({
          endpoint: simulator.url,
          server: server.url,
          oauth: { facade, scopes, audience: [resource] },
        });
        const { asked, send } = networkOf(app, edges[edge]);
        const { kept, provider } = providerOf();
        const options = { authProvider: provider, fetch: send };
        const transport = newTransport(options);
        await expect(newClient().connect(transport as never)).rejects.toThrow(refusal);

        const page = new URL(String(kept['url']));
        expect(Object.fromEntries(page.searchParams)).toEqual({
          response_type: 'code',
          client_id: registered.clientId,
          code_challenge: expect.stringMatching(/^[\w-]{43}$/),
          code_challenge_method: 'S256',
          redirect_uri: registered.redirectUri,
          state: 'state-1',
          scope: 'openid gateway/inference',
          resource,
        });
        const back = new URL((await send(page)).headers.get('location') ?? '');
        await transport.finishAuth(back.searchParams.get('code') ?? '');

        const client = await connect(options);
        const { structuredContent } = await client.callTool({ name: 'list_models', arguments: {} });
        expect(structuredContent).toMatchObject({ models: [{ id: 'gpt-4o' }] });
        await client.close();
        const metadata = asked.filter((each) => each.includes('.well-known'));
        expect(new Set(metadata)).toEqual(
          new Set([
            'GET /.well-known/oauth-protected-resource/mcp',
            ...(facade ? ['GET /.well-known/oauth-authorization-server'] : []),
          ]),
        );
      },
    );
  });

  test('is told to get another token where its own is for another server', async () => {
    const app = oauthApp({ server: server.url, oauth: { scopes, audience: [resource] } });
    const { send } = networkOf(app, edges['by WWW-Authenticate']);
    const { kept, provider } = providerOf();
    kept['tokens'] = {
      access_token: tokenFor('https://openai.example.com'),
      token_type: 'Bearer',
      issuer: 'https://openai.example.com',
    };
    await expect(connect({ authProvider: provider, fetch: send })).rejects.toThrow(refusal);
    expect(new URL(String(kept['url'])).searchParams.get('resource')).toBe(resource);
  });
});
