import { randomBytes } from 'node:crypto';
import { accountPlace, itemOf, keyPlace, projectPlace } from '../../function/keys/items.ts';
import { gatewayKeys } from '../../function/keys/load.ts';
import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import {
  account,
  adminKey,
  adminKeyId,
  deployment,
  key,
  keyId,
  project,
  projectId,
  sha256Of,
  textOf,
} from './records.ts';

afterEach(closeLoopbacks);

const table = 'keys';

/** A function that has just started in front of a table with some items, and the operations that it has called. */
async function started(items: readonly object[]) {
  const server = await loopback((response) =>
    json(response, 200, { Responses: { [table]: items }, UnprocessedKeys: {} }),
  );
  const role = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' };
  const { authenticator } = await gatewayKeys(
    { gatewayKeys: { ...deployment, table }, region: 'us-east-1', role, endpoints: { dynamodb: server.url } },
    { now: () => Date.now(), random: () => 0, bytes: randomBytes, log: () => undefined },
  );
  return {
    use: (text: string) => authenticator.authenticate({ text, sha256: sha256Of(text) }, Date.now()),
    calls: () => server.arrived.map(({ headers }) => headers['x-amz-target']),
  };
}

test.each([
  [
    'a key of a project',
    textOf('s'),
    keyId,
    [itemOf(keyPlace(keyId), key), itemOf(projectPlace(projectId), project), itemOf(accountPlace(account), account)],
  ],
  ['an admin key', textOf('a', adminKeyId), adminKeyId, [itemOf(keyPlace(adminKeyId), adminKey)]],
])('%s costs one BatchGetItem when it is cold, and no call when it is warm', async (_name, text, id, items) => {
  const { use, calls } = await started(items);
  expect(calls()).toEqual([]);
  expect(await use(text)).toMatchObject({ keyId: id });
  expect(calls()).toEqual(['DynamoDB_20120810.BatchGetItem']);
  expect(use(text)).toMatchObject({ keyId: id });
  expect(calls()).toHaveLength(1);
});
