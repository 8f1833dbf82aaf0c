import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Scope } from '../auth/caller.ts';
import type { ModelPermissions, RateLimit, Rules, SpendAlert } from '../auth/rules.ts';
import type { AuditRecord } from './directory.ts';
import { isAdminKeyId, isKeyId, isShortId, placeOf } from './key-text.ts';
import type { AccountRecord, KeyRecord, ProjectRecord, RulesRecord } from './records.ts';

/** An item of the key table, as DynamoDB's client takes and gives it. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** The two keys of an item in the table. */
export interface Place {
  readonly pk: string;
  readonly sk: string;
}

/** A record of the table cannot be read. Its message has the id alone. */
export class MalformedRecordError extends Error {
  constructor(kind: string, id: string) {
    super(`The key table holds a malformed record: ${kind} ${id}.`);
    this.name = 'MalformedRecordError';
  }
}

/** Where the records of each kind are: a partition, and what their sort keys begin with. */
export const partitions = {
  projects: { pk: 'organization', prefix: 'project#' },
  accounts: (projectId: string) => ({ pk: `project#${projectId}`, prefix: 'account#' }),
  keys: (projectId: string) => ({ pk: `project#${projectId}`, prefix: 'key#' }),
  audit: { pk: 'audit', prefix: '' },
} as const;

/** Where the record of a project is. */
export function projectPlace(id: string): Place {
  return { pk: partitions.projects.pk, sk: `project#${id}` };
}

/** Where the record of an account is. */
export function accountPlace({ projectId, id }: Pick<AccountRecord, 'projectId' | 'id'>): Place {
  return { pk: `project#${projectId}`, sk: `account#${id}` };
}

/** Where the record of a key is. */
export function keyPlace(keyId: string): Place {
  const { projectId, accountId, ownId } = placeOf(keyId);
  return { pk: `project#${projectId}`, sk: `key#${accountId}${ownId}` };
}

/** Where the rules of a project are; without one, those of the organization. */
export function rulesPlace(projectId: string | undefined): Place {
  return { pk: projectId === undefined ? partitions.projects.pk : `project#${projectId}`, sk: 'rules' };
}

/** Where an audit record is. */
export function auditPlace(id: string): Place {
  return { pk: partitions.audit.pk, sk: id };
}

/** The item of a record at its place. A field that is absent or undefined is absent. */
export function itemOf(place: Place, record: object): Item {
  return { ...fields(record), pk: { S: place.pk }, sk: { S: place.sk } };
}

/** Reads the item of a project. Throws a MalformedRecordError. */
export function projectOf(item: Item): ProjectRecord {
  const { id, name, state, createdAt, archivedAt, version } = values(item);
  if (
    !isText(id) ||
    !isShortId(id) ||
    !isAt(item, projectPlace(id)) ||
    !isText(name) ||
    !isOneOf(state, ['active', 'archived']) ||
    !isWhole(createdAt) ||
    !isOptional(archivedAt, isWhole) ||
    !isWhole(version)
  )
    throw malformed('project', item);
  return { id, name, state, createdAt, ...(archivedAt !== undefined && { archivedAt }), version };
}

/** Reads the item of a service account. Throws a MalformedRecordError. */
export function accountOf(item: Item): AccountRecord {
  const { projectId, id, name, role, state, createdAt, version } = values(item);
  if (
    !isText(projectId) ||
    !isText(id) ||
    !isShortId(id) ||
    !isAt(item, accountPlace({ projectId, id })) ||
    !isText(name) ||
    !isOneOf(role, ['owner', 'member', 'none']) ||
    !isOneOf(state, ['active', 'deleted']) ||
    !isWhole(createdAt) ||
    !isWhole(version)
  )
    throw malformed('service account', item);
  return { projectId, id, name, role, state, createdAt, version };
}

/** Reads the item of a key. Throws a MalformedRecordError, also for rights that no key of its kind may have. */
export function keyOf(item: Item): KeyRecord {
  const { id, name, kind, sha256, previous, redacted, scopes, state, createdAt, expiresAt, createdBy, version } =
    values(item);
  if (
    !isText(id) ||
    !isKeyId(id) ||
    !isAt(item, keyPlace(id)) ||
    !isText(name) ||
    !isOneOf(kind, ['project', 'admin']) ||
    (kind === 'admin') !== isAdminKeyId(id) ||
    !isSha256(sha256) ||
    !isOptional(previous, isPrevious) ||
    !isText(redacted) ||
    !isScopes(scopes) ||
    scopes.includes('admin') !== (kind === 'admin') ||
    !isOneOf(state, ['active', 'revoked']) ||
    !isWhole(createdAt) ||
    !isOptional(expiresAt, isWhole) ||
    !isOptional(createdBy, isText) ||
    !isWhole(version)
  )
    throw malformed('key', item);
  return {
    id,
    name,
    kind,
    sha256,
    ...(previous !== undefined && { previous }),
    redacted,
    scopes,
    state,
    createdAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(createdBy !== undefined && { createdBy }),
    version,
  };
}

/** Reads the item of a project's rules, or of the organization's. Throws a MalformedRecordError. */
export function rulesOf(item: Item): RulesRecord {
  const { projectId, models, rateLimits, spendLimit, spendAlerts, version } = values(item);
  if (
    !isOptional(projectId, isText) ||
    !isAt(item, rulesPlace(projectId)) ||
    !isOptional(models, isPermissions) ||
    !isOptional(rateLimits, isRateLimits) ||
    !isOptional(spendLimit, isWhole) ||
    !isOptional(spendAlerts, isSpendAlerts) ||
    !isWhole(version)
  )
    throw malformed('rules', item);
  return {
    ...(projectId !== undefined && { projectId }),
    ...(models !== undefined && { models }),
    ...(rateLimits !== undefined && { rateLimits }),
    ...(spendLimit !== undefined && { spendLimit }),
    ...(spendAlerts !== undefined && { spendAlerts }),
    version,
  };
}

/** Reads the item of an audit record. Throws a MalformedRecordError. */
export function auditOf(item: Item): AuditRecord {
  const { id, type, effectiveAt, actorKeyId, requestId, projectId, details } = values(item);
  if (
    !isText(id) ||
    !isAt(item, auditPlace(id)) ||
    !isText(type) ||
    !isWhole(effectiveAt) ||
    !isText(actorKeyId) ||
    !isText(requestId) ||
    !isOptional(projectId, isText) ||
    !isPlainObject(details)
  )
    throw malformed('audit record', item);
  return {
    id,
    type,
    effectiveAt,
    actorKeyId,
    requestId,
    ...(projectId !== undefined && { projectId }),
    details,
  };
}

/** The sort key is made of ids alone, and is all that is told of a record that cannot be read. */
function malformed(kind: string, { sk }: Item): MalformedRecordError {
  return new MalformedRecordError(kind, sk?.S?.replaceAll(/[^\w#-]/g, '?').slice(0, 64) ?? 'without a place');
}

function isAt({ pk, sk }: Item, place: Place): boolean {
  return pk?.S === place.pk && sk?.S === place.sk;
}

function fields(record: object): Record<string, AttributeValue> {
  const given = Object.entries(record).filter(([, each]) => each !== undefined);
  return Object.fromEntries(given.map(([name, each]) => [name, attribute(each)]));
}

/** Strings, numbers, lists and objects of them are all that records consist of. */
function attribute(given: unknown): AttributeValue {
  if (typeof given === 'string') return { S: given };
  if (typeof given === 'number' && Number.isFinite(given)) return { N: String(given) };
  if (Array.isArray(given)) return { L: given.map(attribute) };
  if (isPlainObject(given)) return { M: fields(given) };
  throw new Error(`a record has a field of the type ${typeof given}`);
}

function values(item: Item): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(item).map(([name, each]) => [name, value(each)]));
}

/** Undefined for a type that no record has: whoever reads the field refuses it. */
function value({ S: text, N: number, L: list, M: map }: AttributeValue): unknown {
  if (text !== undefined) return text;
  if (number !== undefined) return Number(number);
  if (list !== undefined) return list.map(value);
  return map && values(map);
}

function isText(given: unknown): given is string {
  return typeof given === 'string';
}

function isWhole(given: unknown): given is number {
  return Number.isSafeInteger(given);
}

function isOneOf<Word extends string>(given: unknown, words: readonly Word[]): given is Word {
  return words.some((word) => word === given);
}

function isOptional<Value>(given: unknown, is: (each: unknown) => each is Value): given is Value | undefined {
  return given === undefined || is(given);
}

function isPlainObject(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

/** Whether a value is a SHA-256 in hex. */
export function isSha256(given: unknown): given is string {
  return isText(given) && /^[0-9a-f]{64}$/.test(given);
}

function isPrevious(given: unknown): given is NonNullable<KeyRecord['previous']> {
  return isPlainObject(given) && isSha256(given['sha256']) && isWhole(given['until']);
}

const scopeNames: readonly Scope[] = ['inference', 'models.read', 'keys.manage', 'usage.read', 'admin'];

function isScope(given: unknown): given is Scope {
  return isOneOf(given, scopeNames);
}

/** Whether a value is a list of scopes, and not an empty one. */
export function isScopes(given: unknown): given is readonly Scope[] {
  return Array.isArray(given) && given.length > 0 && given.every(isScope);
}

function isTexts(given: unknown): given is readonly string[] {
  return Array.isArray(given) && given.every(isText);
}

function isPermissions(given: unknown): given is ModelPermissions {
  return isPlainObject(given) && isOneOf(given['mode'], ['allow_list', 'deny_list']) && isTexts(given['ids']);
}

function isRateLimits(given: unknown): given is NonNullable<Rules['rateLimits']> {
  return isPlainObject(given) && Object.values(given).every(isRateLimit);
}

function isRateLimit(given: unknown): given is RateLimit {
  if (!isPlainObject(given)) return false;
  const { requestsPerMinute, tokensPerMinute, requestsPerDay } = given;
  return [requestsPerMinute, tokensPerMinute, requestsPerDay].every((each) => isOptional(each, isWhole));
}

function isSpendAlerts(given: unknown): given is readonly SpendAlert[] {
  return Array.isArray(given) && given.every(isSpendAlert);
}

function isSpendAlert(given: unknown): given is SpendAlert {
  if (!isPlainObject(given)) return false;
  const { id, threshold, recipients, subjectPrefix } = given;
  return isText(id) && isShortId(id) && isWhole(threshold) && isTexts(recipients) && isOptional(subjectPrefix, isText);
}
