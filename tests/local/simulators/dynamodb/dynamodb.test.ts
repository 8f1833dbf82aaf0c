import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createIam } from '../../../../local/iam/verify.ts';
import { readPolicy } from '../../../../local/iam/policy.ts';
import type { CallFault } from '../../../../local/simulators/common/aws-json.ts';
import { dynamoDbError } from '../../../../local/simulators/dynamodb/dynamodb-error.ts';
import { dynamoDbSimulator } from '../../../../local/simulators/dynamodb/simulator.ts';
import { batchGet, contract, get, key, put, query, TableName, transact, update, type Step } from './contract.ts';
import { expectedOf, outcome, outcomes } from '../outcome.ts';

const roleArn = 'arn:aws:iam::123456789012:role/function';
const readerArn = 'arn:aws:iam::123456789012:role/reader';
const arn = `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}`;
const roleOf = (name: string, Action: string[]) => ({
  arn: name,
  trust: { statements: [] },
  policies: [readPolicy(JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: [arn, `${arn}s`] }] }))],
});
const iam = createIam({
  roles: [roleOf(roleArn, ['dynamodb:*']), roleOf(readerArn, ['dynamodb:BatchGetItem', 'dynamodb:PutItem'])],
});

let fault: CallFault | undefined;
let mostKeys: number | undefined;
let url = '';
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  const [hashKey, rangeKey] = [
    { name: 'pk', type: 'S' },
    { name: 'sk', type: 'S' },
  ] as const;
  const service = await dynamoDbSimulator.start({
    iam,
    region: 'us-east-1',
    tables: [{ name: TableName, arn, hashKey, rangeKey }],
    faults: () => fault,
    mostKeys: () => mostKeys,
  });
  url = service.url;
  closing.push(service.close);
});
afterEach(() => {
  fault = undefined;
  mostKeys = undefined;
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

function clientOf(role = roleArn): DynamoDBClient {
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: url,
    maxAttempts: 1,
    credentials: iam.issue(role),
  });
  closing.push(() => client.destroy());
  return client;
}

test.each(contract)('$name', async ({ steps }) => {
  expect(await outcomes(steps, clientOf())).toEqual(expectedOf(steps));
});

const item = key('refused', 'a');
const named = { ExpressionAttributeNames: { '#n': 'name' } };
const valued = (...names: string[]) => ({
  ExpressionAttributeValues: Object.fromEntries(names.map((name) => [name, { S: 'x' }])),
});
const set = (UpdateExpression: string, more: object = {}) => update(item, { UpdateExpression, ...more });
const where = (ConditionExpression: string, more: object = {}) => put(item, { ConditionExpression, ...more });
const ask = (KeyConditionExpression: string, more: object = valued(':v')) => query({ KeyConditionExpression, ...more });

test.each<[string, Step[0]]>([
  ['One or more parameter values were invalid: Missing the key sk in the item', put({ pk: { S: 'a' } })],
  [
    'One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N',
    put({ ...item, sk: { N: '1' } }),
  ],
  [
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: sk',
    put(key('a', '')),
  ],
  [
    'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    put(key('x'.repeat(2049), 'a')),
  ],
  [
    'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
    put(key('a', 'x'.repeat(1025))),
  ],
  ['The provided key element does not match the schema', get({ pk: { S: 'a' } })],
  ['The provided key element does not match the schema', get({ ...item, other: { S: 'a' } })],
  ['The parameter cannot be converted to a numeric value: one', put({ ...item, n: { N: 'one' } })],
  ['Attempting to store more than 38 significant digits in a Number', put({ ...item, n: { N: '1'.repeat(39) } })],
  [
    'Number overflow. Attempting to store a number with magnitude larger than supported range',
    put({ ...item, n: { N: '1e126' } }),
  ],
  [
    'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    put({ ...item, n: { N: '1e-131' } }),
  ],
  ['One or more parameter values were invalid: An string set  may not be empty', put({ ...item, s: { SS: [] } })],
  [
    'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
    put({ ...item, s: { SS: ['a', 'a'] } }),
  ],
  [
    'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name',
    where('name = :v', valued(':v')),
  ],
  [
    'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: state',
    set('SET state = :v', valued(':v')),
  ],
  [
    'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v',
    where('a = :v'),
  ],
  [
    'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #a',
    where('attribute_exists(#a)'),
  ],
  ['Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}', where('attribute_exists(a)', named)],
  [
    'Value provided in ExpressionAttributeValues unused in expressions: keys: {:w, :x}',
    where('a = :v', valued(':v', ':w', ':x')),
  ],
  ['ExpressionAttributeNames can only be specified when using expressions', put(item, named)],
  ['ExpressionAttributeValues must not be empty', where('a = :v', { ExpressionAttributeValues: {} })],
  ['ExpressionAttributeValues contains invalid key: Syntax error; key: "v"', where('a = :v', valued('v'))],
  ['Invalid ConditionExpression: The expression can not be empty;', where(' ')],
  ['Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="', where('a = ', valued(':v'))],
  ['Invalid ConditionExpression: Syntax error; token: "!", near: "! "', where('a ! :v', valued(':v'))],
  ['Invalid ConditionExpression: Syntax error; token: ":v", near: ":v :v"', where('a = :v :v', valued(':v'))],
  ['Invalid ConditionExpression: Invalid function name; function: missing', where('missing(a)')],
  [
    'Invalid ConditionExpression: Operator or function requires a document path; operator or function: attribute_exists',
    where('attribute_exists(:v)', valued(':v')),
  ],
  [
    'Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    where('begins_with(a, :v)', { ExpressionAttributeValues: { ':v': { N: '1' } } }),
  ],
  ['The local stack does not emulate paths into lists and maps in expressions.', where('a.b = :v', valued(':v'))],
  [
    'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    set('SET a = :v SET b = :v', valued(':v')),
  ],
  [
    'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]',
    set('SET a = :v REMOVE a', valued(':v')),
  ],
  [
    'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    set('SET pk = :v', valued(':v')),
  ],
  [
    'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    set('SET a = a + :v', valued(':v')),
  ],
  ['The local stack does not emulate the DELETE section of an UpdateExpression.', set('DELETE a :v', valued(':v'))],
  ['Query condition missed key schema element: pk', ask('sk = :v')],
  ['Query key condition not supported', ask('pk > :v')],
  ['Query condition missed key schema element: sk', ask('pk = :v AND title = :v')],
  ['KeyConditionExpressions must only contain one condition per key', ask('pk = :v AND sk > :v AND sk < :v')],
  ['Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR', ask('pk = :v OR sk = :v')],
  [
    'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ask('pk = :v', { ExpressionAttributeValues: { ':v': { N: '1' } } }),
  ],
  [
    'The provided starting key is outside query boundaries based on provided conditions',
    ask('pk = :v', { ...valued(':v'), ExclusiveStartKey: key('y', 'a') }),
  ],
  ['The provided starting key is invalid', ask('pk = :v', { ...valued(':v'), ExclusiveStartKey: { pk: { S: 'x' } } })],
  [
    'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ask('pk = :v', { ...valued(':v'), FilterExpression: 'attribute_exists(sk)' }),
  ],
  ['The local stack does not emulate IndexName in Query.', ask('pk = :v', { ...valued(':v'), IndexName: 'other' })],
  ['The local stack does not emulate Expected in Put.', put(item, { Expected: { pk: { Exists: false } } })],
  [
    'Too many items requested for the BatchGetItem call',
    batchGet({ [TableName]: { Keys: Array.from({ length: 101 }, (_, index) => key('a', String(index))) } }),
  ],
  [
    "1 validation error detected: Value at 'TransactItems' failed to satisfy constraint: Member must have length less than or equal to 100",
    transact(Array.from({ length: 101 }, (_, index) => ({ Delete: { TableName, Key: key('a', String(index)) } }))),
  ],
  [
    'TransactItems can only contain one of Check, Put, Update or Delete',
    transact([{ Put: { TableName, Item: item }, Delete: { TableName, Key: item } }]),
  ],
])('refuses call %#: %s', async (message, call) => {
  expect(await outcome(call, clientOf())).toEqual({ error: 'ValidationException', message });
});

test('only declared tables exist', async () => {
  const missing = { error: 'ResourceNotFoundException', message: 'Requested resource not found' };
  expect(await outcome(put(item, { TableName: `${TableName}s` }), clientOf())).toEqual(missing);
});

test('the policy of the role decides on every table and every part of a transaction', async () => {
  const reader = clientOf(readerArn);
  const denied = (action: string, table = arn) => ({
    error: 'AccessDeniedException',
    message: expect.stringContaining(`dynamodb:${action} on resource: ${table}`),
  });
  expect(await outcome(get(item), reader)).toEqual(denied('GetItem'));
  expect(await outcome(put(item, { TableName: 'others' }), reader)).toEqual(
    denied('PutItem', 'arn:aws:dynamodb:us-east-1:123456789012:table/others'),
  );
  const parts = [{ Put: { TableName, Item: item } }, { Delete: { TableName, Key: key('refused', 'b') } }];
  expect(await outcome(transact(parts), reader)).toEqual(denied('DeleteItem'));
  expect(await outcome(batchGet({ [TableName]: { Keys: [item] } }), reader)).toMatchObject({ UnprocessedKeys: {} });
});

test('keys beyond those that a test lets through are unprocessed, with what they were asked with', async () => {
  mostKeys = 1;
  const wanted = { Keys: [key('batch', 'a'), key('batch', 'c')], ConsistentRead: true };
  expect(await outcome(batchGet({ [TableName]: wanted }), clientOf())).toMatchObject({
    UnprocessedKeys: { [TableName]: { Keys: [key('batch', 'c')], ConsistentRead: true } },
  });
});

test('a fault answers instead, or loses the answer of what was done', async () => {
  const client = clientOf();
  fault = { error: dynamoDbError('ProvisionedThroughputExceededException', 'Slow down.') };
  expect(await outcome(put(key('fault', 'a')), client)).toMatchObject({
    error: 'ProvisionedThroughputExceededException',
  });
  fault = { breaks: 'before' };
  expect(await outcome(put(key('fault', 'b')), client)).toMatchObject({ message: 'socket hang up' });
  fault = { breaks: 'after' };
  expect(await outcome(put(key('fault', 'c')), client)).toMatchObject({ message: 'socket hang up' });
  fault = undefined;
  expect(await outcome(get(key('fault', 'a')), client)).toEqual({});
  expect(await outcome(get(key('fault', 'b')), client)).toEqual({});
  expect(await outcome(get(key('fault', 'c')), client)).toEqual({ Item: key('fault', 'c') });
});
