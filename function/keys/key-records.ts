import { deploymentKey, isDeploymentKeyId, type IssuingStack } from './deployment-key.ts';
import type { CallerRules } from '../auth/rules.ts';
import {
  accountOf,
  accountPlace,
  keyOf,
  keyPlace,
  projectOf,
  projectPlace,
  rulesOf,
  rulesPlace,
  type Item,
  type Place,
} from './items.ts';
import { isAdminKeyId, placeOf } from './key-text.ts';
import type { AccountRecord, KeyRecord, ProjectRecord } from './records.ts';
import type { KeyTable } from './table.ts';

/** A key, and the records that it is good by. An admin key has neither a project nor an account. */
export interface KeyRecords {
  readonly key: KeyRecord;
  readonly project?: ProjectRecord;
  readonly account?: AccountRecord;
  /** What holds for the callers of the project; absent where nothing is set. */
  readonly rules?: CallerRules;
}

/** Reads what there is of a key, in one read of the table; undefined where there is no such key. */
export type ReadKey = (keyId: string) => Promise<KeyRecords | undefined>;

/** Reads keys from the table. The key of the deployment is as the deployment says while the table has no record of it. */
export function keyReader(table: Pick<KeyTable, 'read'>, deployment: IssuingStack): ReadKey {
  const first = deploymentKey(deployment);

  async function readAdminKey(keyId: string): Promise<KeyRecords | undefined> {
    // A key of another generation is over, whatever the table says.
    if (isDeploymentKeyId(keyId) && keyId !== first.id) return undefined;
    const [item] = await table.read([keyPlace(keyId)]);
    if (item !== undefined) return { key: keyOf(item) };
    return keyId === first.id ? { key: first } : undefined;
  }

  async function readProjectKey(keyId: string): Promise<KeyRecords | undefined> {
    const { projectId, accountId: id } = placeOf(keyId);
    const records = [keyPlace(keyId), projectPlace(projectId), accountPlace({ projectId, id })];
    const [key, project, account, ...set] = await table.read([...records, ...placesOfRules(projectId)]);
    const rules = callerRules(set);
    if (key === undefined) return undefined;
    return {
      key: keyOf(key),
      ...(project !== undefined && { project: projectOf(project) }),
      ...(account !== undefined && { account: accountOf(account) }),
      ...(rules !== undefined && { rules }),
    };
  }

  return (keyId) => (isAdminKeyId(keyId) ? readAdminKey(keyId) : readProjectKey(keyId));
}

/** Where the rules are that hold for the callers of a project: its own, then the organization's. */
export function placesOfRules(projectId: string): readonly Place[] {
  return [rulesPlace(projectId), rulesPlace(undefined)];
}

/** The rules in the items of `placesOfRules`; undefined where nothing is set. */
export function callerRules([project, organization]: readonly (Item | undefined)[]): CallerRules | undefined {
  if (project === undefined && organization === undefined) return undefined;
  return {
    ...(project && { project: rulesOf(project) }),
    ...(organization && { organization: rulesOf(organization) }),
  };
}
