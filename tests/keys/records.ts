import { createHash } from 'node:crypto';
import { keyText } from '../../function/keys/key-text.ts';
import type { AccountRecord, KeyRecord, ProjectRecord } from '../../function/keys/records.ts';

export const stack = 'acme-dev';

/** 2026-11-20T10:30:00Z, in seconds. */
export const nowSeconds = 1_795_170_600;
export const now = nowSeconds * 1_000;

export const projectId = 'VbT0Hmi00001';
export const accountId = 'VbT0Hmi00002';
export const keyId = 'VbT0Hmi00001VbT0Hmi00002VbT0Hmi00003';
export const adminKeyId = '000000000000000000000000VbT0Hmi00004';
export const firstKeyId = '000000000000000000000000000000000001';

/** A made-up secret: 43 digits of one letter. */
export const secretOf = (letter: string): string => letter.repeat(43);

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

export const textOf = (letter: string, id = keyId, ofStack = stack): string =>
  keyText({ stack: ofStack, keyId: id, secret: secretOf(letter) });

export const deployment = { stack, adminSha256: sha256Of(secretOf('d')), adminGeneration: 1 };

export const project: ProjectRecord = {
  id: projectId,
  name: 'Search',
  state: 'active',
  createdAt: nowSeconds,
  version: 1,
};

export const account: AccountRecord = {
  projectId,
  id: accountId,
  name: 'indexer',
  role: 'member',
  state: 'active',
  createdAt: nowSeconds,
  version: 1,
};

/** A key with the secret of the letter `s`. */
export const key: KeyRecord = {
  id: keyId,
  name: 'nightly',
  kind: 'project',
  sha256: sha256Of(secretOf('s')),
  redacted: 'sk-acme-dev…ssss',
  scopes: ['inference', 'models.read'],
  state: 'active',
  createdAt: nowSeconds,
  createdBy: adminKeyId,
  version: 1,
};

/** An admin key with the secret of the letter `a`. */
export const adminKey: KeyRecord = {
  id: adminKeyId,
  name: 'ops',
  kind: 'admin',
  sha256: sha256Of(secretOf('a')),
  redacted: 'sk-acme-dev…aaaa',
  scopes: ['admin'],
  state: 'active',
  createdAt: nowSeconds,
  createdBy: firstKeyId,
  version: 1,
};
