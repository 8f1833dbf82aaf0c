import { createHash } from 'node:crypto';
import { keyText } from '../function/keys/key-text.ts';
import type { AccountRecord, KeyRecord, ProjectRecord } from '../function/keys/records.ts';

/** The name of the stack. */
export const stack = 'bench';
/** The name of its key table. */
export const table = 'keys';

const secret = 'b'.repeat(43);
const id = { project: 'VbT0Hmi00001', account: 'VbT0Hmi00002', key: 'VbT0Hmi00001VbT0Hmi00002VbT0Hmi00003' };
const common = { name: 'bench', createdAt: 1_795_170_600, state: 'active', version: 1 } as const;

/** The key of the benchmark as its owner sends it. */
export const issuedKey = keyText({ stack, keyId: id.key, secret });

/** What the key table has of it. */
export const records: { readonly key: KeyRecord; readonly project: ProjectRecord; readonly account: AccountRecord } = {
  key: {
    ...common,
    id: id.key,
    kind: 'project',
    sha256: sha256Of(secret),
    redacted: 'sk-bench…bbbb',
    scopes: ['inference'],
  },
  project: { ...common, id: id.project },
  account: { ...common, id: id.account, projectId: id.project, role: 'member' },
};

/** SHA-256 of a text, in hex. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
