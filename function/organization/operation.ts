import type { Caller } from '../auth/caller.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { RoutePattern } from '../http/router.ts';
import type { HttpRequest } from '../http-values.ts';
import type { Actor, KeyDirectory } from '../keys/directory.ts';
import type { UsageReports } from '../metering/reports.ts';
import { organizationRequests, type RequestReader } from '../validate/organization-requests.ts';
import type { Holder } from './holder.ts';
import { bodyFields, queryFields } from './requests.ts';

/** One request to the administration API whose caller may make it. */
export interface AdminCall {
  readonly request: HttpRequest;
  readonly keys: KeyDirectory;
  readonly usage: UsageReports;
  /** The names that callers may ask for. */
  readonly catalog: Catalog;
  readonly caller: Caller;
  /** What the caller may hand on; undefined for admin keys, which may hand on everything, and where nothing is changed. */
  readonly holder: Holder | undefined;
  readonly actor: Actor;
  /** Seconds since the epoch. */
  readonly now: number;
  /** A new id of twelve base62 digits, which sorts by its time. */
  readonly newId: () => string;
  /** Whether it is time to answer with what there is: another call of a store could take longer than the client is waited for. */
  readonly isOver: () => boolean;
  /** A part of the path; empty for a name that the path has not. */
  readonly param: (name: string) => string;
}

/** An operation of the administration API. */
export interface AdminOperation extends RoutePattern {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /**
   * The scope that its callers need. With `keys.manage` they work in their own project alone, with which the path begins; an operation for
   * `usage.read` sees to that itself.
   */
  readonly scope: 'admin' | 'keys.manage' | 'usage.read';
  /** Resolves with the body of the answer. Rejects with the ApiError that says why there is none. */
  readonly run: (call: AdminCall) => Promise<object>;
}

type Place = Pick<AdminOperation, 'path' | 'scope'>;

/** An operation that reads and takes parameters in its query. */
export function list<Query>(
  place: Place,
  query: RequestReader<Query>,
  run: (call: AdminCall, query: Query) => Promise<object>,
): AdminOperation {
  return { ...place, method: 'GET', run: (call) => run(call, query(queryFields(call.request.query))) };
}

/** An operation that takes fields in its body. */
export function post<Body>(
  place: Place,
  body: RequestReader<Body>,
  run: (call: AdminCall, body: Body) => Promise<object>,
): AdminOperation {
  return {
    ...place,
    method: 'POST',
    run: (call) => {
      checkNoQuery(call);
      return run(call, body(bodyFields(call.request)));
    },
  };
}

/** An operation that takes nothing beside its path. */
export function plain(
  method: 'GET' | 'DELETE',
  place: Place,
  run: (call: AdminCall) => Promise<object>,
): AdminOperation {
  return {
    ...place,
    method,
    run: (call) => {
      checkNoQuery(call);
      return run(call);
    },
  };
}

function checkNoQuery({ request }: AdminCall): void {
  organizationRequests.noFields(queryFields(request.query));
}
