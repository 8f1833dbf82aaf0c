import type { Failure } from './outcome.ts';
import { isObject } from './json.ts';

/** Failures that this gateway found out by itself; `dialects/outcome.ts` says what they mean. */
export type OwnName =
  | 'AbortError'
  | 'ConnectionError'
  | 'MalformedReply'
  | 'StackCredentialError'
  | 'TimeoutError'
  | 'TruncatedStream'
  | 'UnexpectedRedirect';

const ownStatus: Readonly<Record<OwnName, number>> = {
  // Nobody is there to read it; the number is nginx's for a client that hung up.
  AbortError: 499,
  ConnectionError: 502,
  MalformedReply: 502,
  StackCredentialError: 502,
  TimeoutError: 504,
  TruncatedStream: 502,
  UnexpectedRedirect: 502,
};

/** A failure that this gateway found out by itself. */
export function ours(name: OwnName, message: string): Failure {
  return { name, status: ownStatus[name], message };
}

/** What an aborted call is: its signal's reason says whether the time was over or the caller is gone. */
export function aborted(reason: unknown, service: string): Failure {
  return isObject(reason) && reason['name'] === 'TimeoutError'
    ? ours('TimeoutError', `${service} did not answer in time.`)
    : ours('AbortError', 'The call was given up.');
}

/** A 200 that is not what the wire defines; `how` goes on after "answer". */
export function malformed(service: string, how: string): { ok: false; failure: Failure } {
  return { ok: false, failure: ours('MalformedReply', `${service}'s answer ${how}.`) };
}

/** The stack's own credential was refused, or could not be had: nothing of it, or of the refusal, is for callers. */
export function credentialRefused(service: string): Failure {
  return ours('StackCredentialError', `${service} refused what this gateway itself calls it with.`);
}
