import { isObject } from './json.ts';
import type { Failure } from './outcome.ts';

/** Every failure name that this gateway gives itself, with the HTTP status of the failure. */
const statusOfName = {
  /** The call was given up. No caller is left to read the status; 499 is nginx's for a client that hung up. */
  AbortError: 499,
  /** Upstream could not be reached, or closed the connection without an answer. */
  ConnectionError: 502,
  /** The stack's config or its endpoint is wrong: a missing endpoint, or one that does not take what it is called with. */
  EndpointMisconfigured: 502,
  /** A 200 whose body is not what the wire defines. */
  MalformedReply: 502,
  /** The credential that the stack pays with was refused, or could not be obtained. */
  StackCredentialError: 502,
  /** The deadline of the call has passed. */
  TimeoutError: 504,
  /** A stream or body that ended before it was complete. */
  TruncatedStream: 502,
  /** A 3xx, which is never followed. */
  UnexpectedRedirect: 502,
  /** Upstream does not serve the model in this dialect. Where upstream answered so, the failure has upstream's own status. */
  UnsupportedRoute: 404,
  /** Upstream does not serve the model by OpenAI's Responses; the status is as before. */
  UnsupportedResponses: 404,
} as const;

/** Names of the failures that this gateway detects itself; all other names come from upstream. */
export type GatewayFailureName = keyof typeof statusOfName;

/** Makes a failure that this gateway detected itself; its status follows from its name. */
export function gatewayFailure(name: GatewayFailureName, message: string): Failure {
  return { name, status: statusOfName[name], message };
}

/** The failure of an aborted call, by its signal's `reason`: a TimeoutError past the deadline, else an AbortError. */
export function abortFailure(reason: unknown, service: string): Failure {
  return isObject(reason) && reason['name'] === 'TimeoutError'
    ? gatewayFailure('TimeoutError', `${service} did not answer in time.`)
    : gatewayFailure('AbortError', 'The call was given up.');
}

/**
 * The failure of a call whose stack credential was refused: callers see neither the credential nor the refusal. `upstream` is what
 * the refusal said of itself, for the log; undefined where there was no answer.
 */
export function stackCredentialFailure(service: string, upstream?: Failure['upstream']): Failure {
  const failure = gatewayFailure('StackCredentialError', `${service} refused what this gateway itself calls it with.`);
  return upstream === undefined ? failure : { ...failure, upstream };
}
