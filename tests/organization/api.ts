import { createHash } from 'node:crypto';
import { bedrockKeys } from '../../function/auth/bedrock-keys.ts';
import { createProofs } from '../../function/auth/proofs.ts';
import { registeredCallers } from '../../function/auth/registered-callers.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { StackLimits } from '../../function/metering/limits.ts';
import type { LogEntry } from '../../function/request-context.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { fakeReports } from '../metering/fake-reports.ts';
import { fakeUsageTable, type FakeUsageTable } from '../metering/fake-usage-table.ts';
import { memoryDirectory, type MemoryDirectory } from '../support/key-directory.ts';

/** An answer of the administration API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReturnType<typeof JSON.parse>;
}

/** The app over a directory in memory. */
export interface Api {
  readonly directory: MemoryDirectory;
  readonly usage: FakeUsageTable;
  readonly log: readonly LogEntry[];
  readonly open: TestApp['open'];
  /** Sends `GET /path` and the like below `/v1/organization`, with the deployment's admin key unless another is given. */
  readonly ask: (operation: string, body?: object, key?: string) => Promise<ApiAnswer>;
  /** A project with a service account and a key of it, each by its id in the API. */
  readonly team: (name: string, scopes?: readonly string[], expiresAt?: number) => Promise<Team>;
}

interface Team {
  readonly project: string;
  readonly account: string;
  readonly key: string;
  /** The text of the key. */
  readonly value: string;
}

/** The time of the tests, in seconds since the epoch. */
export const start = 1_800_000_000;

export const registeredToken = 'a-registered-token';

/** The administration API of a stack with keys of its own, these names of models and these limits of its config. */
export function organizationApi(models: Catalog['models'] = {}, limits?: StackLimits): Api {
  const now = () => start * 1_000;
  const directory = memoryDirectory(now);
  const usage = fakeUsageTable();
  let ids = 0;
  const proofs = createProofs({ now });
  const sha256 = createHash('sha256').update(registeredToken).digest('hex');
  const { send, open, log } = testApp({
    catalog: { models, ...(limits && { limits }) },
    services: {
      keys: directory.keys,
      usage: fakeReports(usage, now),
      newId: () => (ids += 1).toString(16).padStart(16, '0'),
      authenticators: [
        registeredCallers([{ id: 'listed', sha256 }]),
        directory.authenticator,
        bedrockKeys({ accepted: 'any', proofs }),
      ],
      now,
    },
  });
  const ask: Api['ask'] = async (operation, body, key = directory.adminKey) => {
    const [method = '', path = ''] = operation.split(' ');
    const { status, headers, text } = await send(path.startsWith('/v1') ? path : `/v1/organization${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status, headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  const team: Api['team'] = async (name, scopes = [], expiresAt?: number) => {
    const project = (await ask('POST /projects', { name })).body.id;
    const only = { name, create_service_account_only: true };
    const account = (await ask(`POST /projects/${project}/service_accounts`, only)).body.id;
    const made = await ask(`POST /projects/${project}/service_accounts/${account}/api_keys`, {
      name,
      scopes,
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
    });
    return { project, account, key: made.body.id, value: made.body.value };
  };
  return { directory, usage, log, open, ask, team };
}
