import { decomposeUnverifiedJwt, type DecomposedJwt } from 'aws-jwt-verify/jwt';
import { isObject } from '../../dialects/json.ts';
import { inActiveProject } from '../active-project.ts';
import type { Authenticator, Token } from '../authenticate.ts';
import { refused } from '../bearer.ts';
import type { Caller } from '../caller.ts';
import type { FindProject } from '../projects.ts';
import type { Claims } from './checks.ts';
import { callerOf } from './claims.ts';
import { createFetchDocument, type FetchDocument } from './fetch-document.ts';
import type { JwtIssuer } from './issuer.ts';
import { createVerifier } from './verifier.ts';

/** Whose tokens are accepted, and what they are checked with. */
export interface JwtCallersOptions {
  readonly issuers: readonly JwtIssuer[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Without it, every project is unknown. */
  readonly findProject?: FindProject;
  /** How the keys of issuers are read; over https by default. */
  readonly fetchKeys?: FetchDocument;
}

/** A caller whose token was verified, until when that may be relied on, in milliseconds since the epoch. */
interface Known {
  readonly caller: Caller;
  readonly until: number;
}

/** Clients send the same token with every request, and a signature costs more than everything else here. */
const maxKnownMs = 60_000;

/** An entry is some 500 bytes. */
const maxKnown = 10_000;

/** Three parts in base64url; the last is empty where nobody has signed. */
const form = /^([\w-]+)\.[\w-]+\.[\w-]*$/;

/**
 * Accepts tokens of the issuers that the config lists. Anything that has not the form of one is left to the authenticators behind it.
 * Throws, or rejects with, the ApiError 401 for a token that is not good, the 403 for one whose project or scopes are not, and the 503
 * where that cannot be told.
 */
export function jwtCallers({
  issuers,
  now,
  findProject = noProjects,
  fetchKeys = createFetchDocument(),
}: JwtCallersOptions): Authenticator {
  const verifiers = new Map(
    issuers.map((issuer) => [issuer.issuer, { issuer, verifier: createVerifier(issuer, { fetchKeys, now }) }] as const),
  );
  const known = new Map<string, Known>();

  function remember(token: Token, caller: Caller, until: number): void {
    known.set(token.sha256, { caller, until });
    const [oldest] = known.keys();
    if (known.size > maxKnown && oldest !== undefined) known.delete(oldest);
  }

  function recalled({ sha256 }: Token, at: number): Caller | undefined {
    const found = known.get(sha256);
    if (found === undefined || found.until > at) return found?.caller;
    known.delete(sha256);
    return undefined;
  }

  function identify(token: Token, at: number): Caller | Promise<Caller> {
    const { header, payload } = decomposed(token.text);
    const found = verifiers.get(payload.iss ?? '');
    if (found === undefined) throw refused('The issuer of this token is none of those in the config of the gateway.');
    const accept = (claims: Claims): Caller => {
      const caller = callerOf(claims, found.issuer, token.sha256);
      remember(token, caller, Math.min(claims.exp * 1_000, at + maxKnownMs));
      return caller;
    };
    const claims = found.verifier.verify({ text: token.text, header });
    return claims instanceof Promise ? claims.then(accept) : accept(claims);
  }

  function inProject(caller: Caller): Caller | Promise<Caller> {
    const { project } = caller;
    return project === undefined ? caller : inActiveProject(caller, findProject(project));
  }

  return {
    authenticate(token, at) {
      const recent = recalled(token, at);
      if (recent === undefined && !isJwt(token.text)) return undefined;
      const caller = recent ?? identify(token, at);
      return caller instanceof Promise ? caller.then(inProject) : inProject(caller);
    },
  };
}

/** Without gateway keys there are no projects. */
function noProjects(): ReturnType<FindProject> {
  return Promise.resolve(undefined);
}

/** Whether a text has the form of a token: its first part is a JSON object that names an algorithm. */
function isJwt(text: string): boolean {
  const [, head] = form.exec(text) ?? [];
  if (head === undefined) return false;
  try {
    const header: unknown = JSON.parse(Buffer.from(head, 'base64url').toString());
    return isObject(header) && typeof header['alg'] === 'string';
  } catch {
    return false;
  }
}

/** What a token says of itself, of which nothing is proven yet. Throws the ApiError 401 for claims that are no JSON object, and the like. */
function decomposed(text: string): DecomposedJwt {
  try {
    return decomposeUnverifiedJwt(text);
  } catch {
    throw refused('This is a damaged token: its parts are not what those of a JSON Web Token are.');
  }
}
