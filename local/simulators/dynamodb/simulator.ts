import { accountId } from '../../account.ts';
import { startAwsJson, type CallFaults, type Members, type Operation } from '../common/aws-json.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { validationException } from './dynamodb-error.ts';
import { tableName } from './input.ts';
import { batchGetItem, batchTables, getItem } from './operations/read-items.ts';
import { query } from './operations/query.ts';
import { transactionPermissions, transactWriteItems, type Tokens } from './operations/transact-write-items.ts';
import { deleteItem, putItem, updateItem } from './operations/write-item.ts';
import { Table } from './table.ts';

/** DynamoDB's own limit of a request, in bytes. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Amazon DynamoDB: reads and writes of items in the declared tables, which are in memory, and empty when it starts. */
export const dynamoDbSimulator = {
  name: 'dynamodb',
  urlVariables: ['AWS_ENDPOINT_URL_DYNAMODB'],
  start,
} satisfies Simulator;

interface Context extends Pick<SimulatorContext, 'iam' | 'region' | 'tables'> {
  readonly faults?: CallFaults;
  /** How many keys the next BatchGetItem reads; those beyond it are unprocessed. */
  readonly mostKeys?: () => number | undefined;
}

function start({ iam, region, tables: declared, faults, mostKeys }: Context): Promise<RunningSimulator> {
  const tables = new Map(declared.map((table) => [table.name, new Table(table)]));
  const tokens: Tokens = new Map();
  const arnOf = (table: string): string => `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
  const ofOneTable = (action: string, answer: (input: Members) => object): Operation => ({
    permissions: (input) => [{ action, resource: arnOf(tableName(input)) }],
    answer,
  });
  return startAwsJson({
    iam,
    service: 'dynamodb',
    region,
    version: '1.0',
    target: 'DynamoDB_20120810',
    operations: {
      GetItem: ofOneTable('GetItem', (input) => getItem(input, tables)),
      PutItem: ofOneTable('PutItem', (input) => putItem(input, tables)),
      UpdateItem: ofOneTable('UpdateItem', (input) => updateItem(input, tables)),
      DeleteItem: ofOneTable('DeleteItem', (input) => deleteItem(input, tables)),
      Query: ofOneTable('Query', (input) => query(input, tables)),
      BatchGetItem: {
        permissions: (input) => batchTables(input).map((table) => ({ action: 'BatchGetItem', resource: arnOf(table) })),
        answer: (input) => batchGetItem(input, tables, mostKeys?.()),
      },
      TransactWriteItems: {
        permissions: (input) => transactionPermissions(input, arnOf),
        answer: (input) => transactWriteItems(input, { tables, tokens, now: Date.now() }),
      },
    },
    ownFailure: 'InternalServerError',
    invalid: validationException,
    maxBodyBytes,
    hasChecksums: true,
    faults,
  });
}
