import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider';
import type { Scope } from '../auth/caller.ts';
import { isScopes, isSha256 } from './items.ts';
import { isAdminKeyId, placeOf } from './key-text.ts';
import type { KeyRecord } from './records.ts';

/** What the user pool keeps of a key, beside its id and the ids in it. */
export interface Mirror {
  readonly sha256: string;
  readonly state: KeyRecord['state'];
  readonly scopes: readonly Scope[];
  readonly expiresAt?: number;
  readonly version: number;
}

/** An attribute that always has a value cannot be left behind by a change: this is the end of a key that does not expire. */
const noExpiry = '0';

/** The attributes of the user of a key. All of them are written each time, so no write depends on what is there. */
export function attributesOf({ id, sha256, state, scopes, expiresAt, version }: KeyRecord): AttributeType[] {
  const { projectId, accountId } = placeOf(id);
  const values = {
    project: projectId,
    account: accountId,
    sha256,
    state,
    scopes: scopes.join(' '),
    expires: expiresAt === undefined ? noExpiry : String(expiresAt),
    version: String(version),
  };
  return Object.entries(values).map(([name, Value]) => ({ Name: `custom:${name}`, Value }));
}

/** Reads the attributes of the user of a key; undefined where they are not those of such a key. */
export function mirrorOf(id: string, attributes: readonly AttributeType[]): Mirror | undefined {
  const values = new Map(attributes.map(({ Name, Value }) => [Name, Value]));
  const sha256 = values.get('custom:sha256');
  const state = values.get('custom:state');
  const scopes: readonly unknown[] = values.get('custom:scopes')?.split(' ') ?? [];
  const expires = wholeNumber(values.get('custom:expires') ?? noExpiry);
  const version = wholeNumber(values.get('custom:version'));
  if (
    !isSha256(sha256) ||
    (state !== 'active' && state !== 'revoked') ||
    !isScopes(scopes) ||
    scopes.includes('admin') !== isAdminKeyId(id) ||
    expires === undefined ||
    version === undefined
  )
    return undefined;
  return { sha256, state, scopes, ...(expires !== 0 && { expiresAt: expires }), version };
}

/** Whether the user pool has of a key what the table has. */
export function isMirrored(key: KeyRecord, mirror: Mirror): boolean {
  return (
    key.sha256 === mirror.sha256 &&
    key.state === mirror.state &&
    key.scopes.join(' ') === mirror.scopes.join(' ') &&
    key.expiresAt === mirror.expiresAt &&
    key.version === mirror.version
  );
}

function wholeNumber(text = ''): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
