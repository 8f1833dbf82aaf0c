import https from 'node:https';
import { createFetchDocument, DocumentProblem, type FetchDocument } from '../auth/jwt/fetch-document.ts';
import { parseJson } from '../backends/wire/json.ts';
import { ApiError } from '../errors.ts';
import { publicLookup } from '../http/public-lookup.ts';
import { isPublicUrl } from '../http/public-url.ts';
import type { Services } from '../request-context.ts';
import { DocumentFlaw, issuerFields, type IssuerFields } from './issuer-document.ts';
import { kept } from './kept.ts';
import { mcpSettings } from './settings.ts';

/** Reads the metadata of the issuer. Rejects with the ApiError 502 or 503 that says why there is none. */
export type IssuerMetadata = () => Promise<IssuerFields>;

/** Whose metadata is read, and how. */
export interface IssuerMetadataOptions {
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How a document is downloaded: from public addresses by default. */
  readonly fetchDocument?: FetchDocument;
}

/** Where there is no metadata, every client fails, and soon the next one asks again. */
const pauseWithoutMs = 5_000;

/** What holds for the keys of issuers (auth/jwt/key-set.ts): endpoints change as rarely. */
const times = {
  freshMs: 10 * 60_000,
  lastGoodMs: 24 * 3_600_000,
  pauseMs: { withValue: 60_000, without: pauseWithoutMs },
} as const;

/**
 * The reader of a stack whose catalog has `mcp.oauth`. Throws an error that names the field at fault in `catalog.json`, or that there is no
 * such field.
 */
export function issuerMetadataOf(services: Pick<Services, 'catalog' | 'config' | 'now'>): IssuerMetadata {
  const { oauth } = mcpSettings(services);
  if (oauth === undefined) throw new Error('catalog.json: mcp.oauth is missing.');
  return createIssuerMetadata({ issuer: oauth.issuer, now: services.now });
}

/** Reads the metadata that an issuer publishes when it is first asked for, and keeps it. */
export function createIssuerMetadata({
  issuer,
  now,
  fetchDocument = fetchPublic,
}: IssuerMetadataOptions): IssuerMetadata {
  async function read(): Promise<IssuerFields> {
    try {
      const text = await download(addressesOf(issuer), fetchDocument);
      return issuerFields(parseJson(text), issuer);
    } catch (error) {
      if (error instanceof DocumentProblem) throw problem(issuer, error);
      if (error instanceof DocumentFlaw) throw invalid(`The metadata of ${issuer} ${error.message}.`);
      throw error;
    }
  }
  return kept(read, { now, ...times });
}

const fetchFromPublic = createFetchDocument({
  request: (uri, options) => https.request(uri, { ...options, lookup: publicLookup() }),
});

/** Downloads from public addresses only. An address in place of a name is not looked up, so the URL itself is checked as well. */
async function fetchPublic(uri: string): Promise<ArrayBuffer> {
  if (!isPublicUrl(uri)) throw new DocumentProblem('has no public https address on port 443', 0);
  return await fetchFromPublic(uri);
}

/** Where an issuer publishes its metadata: OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3. */
function addressesOf(issuer: string): readonly [string, string] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/** The text of the first document that is there. */
async function download([first, second]: readonly [string, string], fetch: FetchDocument): Promise<string> {
  const content = await fetch(first).catch((error: unknown) => {
    if (error instanceof DocumentProblem && error.status === 404) return fetch(second);
    throw error;
  });
  return Buffer.from(content).toString('utf8');
}

/** A 503 where it may help to ask again, else a 502: the server has answered, and not with what it should. */
function problem(issuer: string, { message, status = 503 }: DocumentProblem): ApiError {
  if (status < 500 && status !== 429)
    return invalid(`The metadata of ${issuer} cannot be read: its server ${message}.`);
  return new ApiError(`The metadata of ${issuer} cannot be read: its server ${message}. Try again later.`, {
    status: 503,
    code: 'identity_provider_unavailable',
    headers: { 'retry-after': String(pauseWithoutMs / 1_000) },
  });
}

function invalid(message: string): ApiError {
  return new ApiError(message, { status: 502, code: 'identity_provider_invalid' });
}
