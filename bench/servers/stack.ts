// DynamoDB and STS as far as a benchmark of gateway keys needs them: they answer at once, with bytes made beforehand.
import { createServer, type IncomingMessage } from 'node:http';
import { accountPlace, itemOf, keyPlace, projectPlace } from '../../function/keys/items.ts';
import { records, table } from '../issued-key.ts';
import { listen } from './listen.ts';

const { key, project, account } = records;
const items = [
  itemOf(keyPlace(key.id), key),
  itemOf(projectPlace(project.id), project),
  itemOf(accountPlace(account), account),
];
const read = JSON.stringify({ Responses: { [table]: items }, UnprocessedKeys: {} });
const updated = JSON.stringify({ Attributes: {} });

/** A session token as long as those of STS, since it is signed and sent with each request. */
const sessionToken = 'bench'.repeat(200);

/** Credentials for an hour, which no benchmark takes. */
function assumed(): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>bench</AccessKeyId><SecretAccessKey>bench</SecretAccessKey><SessionToken>${sessionToken}</SessionToken>
    <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
    </Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

function answerTo({ headers }: IncomingMessage): string {
  const operation = String(headers['x-amz-target']);
  if (operation.endsWith('.BatchGetItem')) return read;
  return operation.endsWith('.UpdateItem') ? updated : assumed();
}

listen(
  createServer((request, response) => {
    request.resume();
    request.once('end', () => response.end(answerTo(request)));
  }),
);
