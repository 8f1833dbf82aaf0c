import http from 'node:http';
import { createFetchDocument } from '../../function/auth/jwt/fetch-document.ts';
import type { JwtIssuer } from '../../function/auth/jwt/issuer.ts';
import { jwtCallers } from '../../function/auth/jwt/jwt-callers.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { createIssuerMetadata } from '../../function/mcp/issuer-metadata.ts';
import type { OAuthSettings } from '../../function/mcp/settings.ts';
import { jwk, newKey, token } from '../auth/jwt/tokens.ts';
import type { TestApp, TestAppOptions } from '../support/app.ts';
import { mcpApp } from './app.ts';

/** The name of the issuer in tests. */
export const issuer = 'https://login.example.com';

/** The MCP server as the audience of its tokens. */
export const resource = 'https://openai.example.com/mcp';

/** The issuer as the config lists it: it makes tokens for the gateway's API, and for its MCP server. */
export const jwtIssuer: JwtIssuer = {
  issuer,
  jwksUri: `${issuer}/keys`,
  audience: ['https://openai.example.com', resource],
  maxLifetimeSeconds: 3_600,
  callerClaim: 'sub',
  scopes: ['inference', 'models.read'],
};

const key = newKey('ES256');

/** The document that the issuer publishes its keys in. */
const keys = JSON.stringify({ keys: [jwk(key)] });

/** A token of the issuer for an audience. */
export function tokenFor(aud: string | readonly string[] | undefined, more: Record<string, unknown> = {}): string {
  const iat = Math.floor(Date.now() / 1_000);
  return token(key, { iss: issuer, sub: 'somebody', iat, exp: iat + 600, ...(aud !== undefined && { aud }), ...more });
}

/** What a test sets: the fields of `mcp.oauth`, where the issuer really listens, the clock, and the rest of the app. */
export interface OAuthAppOptions extends TestAppOptions {
  readonly oauth?: Partial<OAuthSettings>;
  /** The address of a server on this machine that stands in for the issuer. */
  readonly server?: string;
  readonly timeoutMs?: number;
  readonly now?: () => number;
  readonly mcp?: Catalog['mcp'];
}

/** An MCP server whose clients get tokens from the issuer, which a server on this machine stands in for. */
export function oauthApp(options: OAuthAppOptions = {}): TestApp {
  const { oauth, server = 'http://127.0.0.1:9', timeoutMs = 3_000, now = () => Date.now(), ...rest } = options;
  const fetchDocument = createFetchDocument({
    request: (uri, requestOptions) => http.request(uri.replace(issuer, server), requestOptions),
    timeoutMs,
  });
  const fetchKeys = async () => new TextEncoder().encode(keys).buffer;
  return mcpApp({
    ...rest,
    catalog: {
      mcp: options.mcp ?? { origin: 'https://openai.example.com', oauth: { issuer, facade: true, ...oauth } },
      jwt: [jwtIssuer],
      ...rest.catalog,
    },
    services: {
      authenticators: [jwtCallers({ issuers: [jwtIssuer], now, fetchKeys })],
      issuerMetadata: createIssuerMetadata({ issuer, now, fetchDocument }),
      ...rest.services,
    },
  });
}
