import { isObject } from '../dialects/json.ts';
import { isPublicUrl } from '../http/public-url.ts';

/** What MCP clients read of an authorization server's metadata. */
export type IssuerFields = Readonly<Record<string, string | boolean | readonly string[]>>;

/** What is wrong with a document, as the end of a sentence that begins with it. */
export class DocumentFlaw extends Error {}

/** Endpoints that clients call, and where they send people (RFC 8414, section 2; RFC 8628, section 4; RFC 9126, section 5). */
const urls = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'jwks_uri',
] as const;

const requiredUrls: ReadonlySet<string> = new Set(['authorization_endpoint', 'token_endpoint']);

/** Lists of names (RFC 8414, section 2). */
const lists = [
  'scopes_supported',
  'response_types_supported',
  'response_modes_supported',
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'revocation_endpoint_auth_methods_supported',
  'revocation_endpoint_auth_signing_alg_values_supported',
] as const;

/** RFC 9126, section 5; draft-ietf-oauth-client-id-metadata-document. */
const flags = ['require_pushed_authorization_requests', 'client_id_metadata_document_supported'] as const;

const maxListLength = 200;
const maxUrlLength = 2_048;

/**
 * The fields of an issuer's metadata that clients need, with S256 as the challenge method: OAuth 2.1 and MCP want a client to refuse a
 * server whose metadata names none. Nothing else of the document is passed on. Throws a DocumentFlaw.
 */
export function issuerFields(document: unknown, issuer: string): IssuerFields {
  if (!isObject(document)) throw new DocumentFlaw('is not a JSON object');
  // RFC 8414, section 3.3: a document of another issuer must not be used.
  if (document['issuer'] !== issuer) throw new DocumentFlaw('names another issuer');
  checkProofKeys(document);
  // RFC 9207: the issuer then names itself in its responses, and clients refuse any name but that in the metadata.
  if (document['authorization_response_iss_parameter_supported'] === true)
    throw new DocumentFlaw(
      'says that the issuer names itself in authorization responses (RFC 9207), which clients would refuse: set facade to false',
    );
  return {
    // Required of a document, and what every MCP client asks for.
    response_types_supported: ['code'],
    ...present(urls, document, publicUrl),
    ...present(lists, document, names),
    ...present(flags, document, flag),
    code_challenge_methods_supported: ['S256'],
  };
}

/** Throws a DocumentFlaw where the issuer says itself that it has no S256: saying so in its place would be a lie. */
function checkProofKeys({ code_challenge_methods_supported: methods }: Readonly<Record<string, unknown>>): void {
  if (methods === undefined || (Array.isArray(methods) && methods.includes('S256'))) return;
  throw new DocumentFlaw('says that the issuer does not support S256 (code_challenge_methods_supported)');
}

function present<Value>(
  fields: readonly string[],
  document: Readonly<Record<string, unknown>>,
  read: (value: unknown, field: string) => Value,
): Readonly<Record<string, Value>> {
  const needed = fields.filter((field) => document[field] !== undefined || requiredUrls.has(field));
  return Object.fromEntries(needed.map((field) => [field, read(document[field], field)]));
}

/** Browsers and clients follow these: no script, no plain text, and nothing in the network of whoever does. */
function publicUrl(value: unknown, field: string): string {
  if (typeof value === 'string' && value.length <= maxUrlLength && !value.includes('#') && isPublicUrl(value))
    return value;
  throw new DocumentFlaw(`has no public https URL on port 443 as ${field}`);
}

function names(value: unknown, field: string): readonly string[] {
  const isList = Array.isArray(value) && value.length <= maxListLength && value.every(isName);
  if (!isList) throw new DocumentFlaw(`has no list of names as ${field}`);
  return value;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]{1,256}$/.test(value);
}

function flag(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new DocumentFlaw(`has neither true nor false as ${field}`);
}
