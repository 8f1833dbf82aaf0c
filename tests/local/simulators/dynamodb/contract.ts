import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type BatchGetItemCommandInput,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type QueryCommandOutput,
  type TransactWriteItem,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';

/** The table of the contract, with the string keys `pk` and `sk`. */
export const TableName = 'contract';

/** What the tests of DynamoDB ask, in order, of a table that may have items of other cases. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Why moto's server differs. */
  readonly notOnMoto?: string;
}

/** A call, and its answer (see `outcome`). */
export type Step = readonly [call: (client: DynamoDBClient) => Promise<object>, expected: object];

type Without<Input> = Omit<Input, 'TableName'>;

export const put =
  (Item: Record<string, AttributeValue>, more: Partial<PutItemCommandInput> = {}) =>
  (client: DynamoDBClient): Promise<object> =>
    client.send(new PutItemCommand({ TableName, Item, ...more }));

export const get =
  (Key: Record<string, AttributeValue>, more: Partial<GetItemCommandInput> = {}) =>
  (client: DynamoDBClient): Promise<object> =>
    client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true, ...more }));

export const update =
  (Key: Record<string, AttributeValue>, more: Without<Omit<UpdateItemCommandInput, 'Key'>>) =>
  (client: DynamoDBClient): Promise<object> =>
    client.send(new UpdateItemCommand({ TableName, Key, ...more }));

const remove =
  (Key: Record<string, AttributeValue>, more: Partial<DeleteItemCommandInput> = {}) =>
  (client: DynamoDBClient): Promise<object> =>
    client.send(new DeleteItemCommand({ TableName, Key, ...more }));

export const query =
  (more: Without<QueryCommandInput>) =>
  (client: DynamoDBClient): Promise<object> =>
    client.send(new QueryCommand({ TableName, ConsistentRead: true, ...more }));

/** The range keys of all pages of a query, and how many pages they took. */
const pages =
  (input: Without<QueryCommandInput>) =>
  async (client: DynamoDBClient): Promise<object> => {
    const found: (string | undefined)[] = [];
    let [count, ExclusiveStartKey]: [number, QueryCommandInput['ExclusiveStartKey']] = [0, undefined];
    do {
      const page: QueryCommandOutput = await client.send(new QueryCommand({ TableName, ...input, ExclusiveStartKey }));
      found.push(...(page.Items ?? []).map(({ sk }) => sk?.S));
      count += 1;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return { pages: count, sks: found };
  };

export const batchGet =
  (RequestItems: BatchGetItemCommandInput['RequestItems']) =>
  (client: DynamoDBClient): Promise<object> =>
    client.send(new BatchGetItemCommand({ RequestItems }));

export const transact =
  (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  (client: DynamoDBClient): Promise<object> =>
    client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));

/** A key of the table. */
export const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });

const conditional = { error: 'ConditionalCheckFailedException', message: 'The conditional request failed' };
const invalid = (message: string) => ({ error: 'ValidationException', message });

const one = key('values', 'one');
const values: Record<string, AttributeValue> = {
  text: { S: 'é😀' },
  number: { N: '42' },
  bytes: { B: new Uint8Array([0, 255]) },
  yes: { BOOL: true },
  nothing: { NULL: true },
  list: { L: [{ S: 'a' }, { N: '1' }] },
  map: { M: { inner: { S: 'b' } } },
  texts: { SS: ['a', 'b'] },
  empty: { S: '' },
};

/** An item whose size is about this many bytes. */
const big = (sk: string, bytes: number) => ({ ...key('pages', sk), filling: { S: 'x'.repeat(bytes) } });
const ofPages = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'pages' } } };
const range = (condition: string, more: Record<string, string>) => ({
  KeyConditionExpression: `pk = :pk AND ${condition}`,
  ExpressionAttributeValues: {
    ':pk': { S: 'order' },
    ...Object.fromEntries(Object.entries(more).map(([name, S]) => [`:${name}`, { S }])),
  },
  ProjectionExpression: 'sk',
});
const found = (...Items: object[]) => ({ Items, Count: Items.length, ScannedCount: Items.length });
const sks = (...names: string[]) => found(...names.map((S) => ({ sk: { S } })));
const counted = (sk: string, version: string) => ({ ...key('transaction', sk), version: { N: version } });
const failed = { Code: 'ConditionalCheckFailed', Message: conditional.message };
const reasons = (...CancellationReasons: { Code: string; Item?: object }[]) => ({
  error: 'TransactionCanceledException',
  message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${CancellationReasons.map(({ Code }) => Code).join(', ')}]`,
  CancellationReasons,
});
const putOf = (sk: string, version: string) => ({ Put: { TableName, Item: counted(sk, version) } });

/** A reservation of one request and some tokens, of 2 requests and 100 tokens in all. */
const expires = { N: '1800000000' };
const reserve = (tokens: string) =>
  update(key('counter', 'a'), {
    UpdateExpression: 'SET #expires = :set_expires ADD #requests :add_requests, #tokens :add_tokens',
    ConditionExpression:
      '(attribute_not_exists(#requests) OR #requests <= :most_requests) AND (attribute_not_exists(#tokens) OR #tokens <= :most_tokens)',
    ExpressionAttributeNames: { '#expires': 'expires', '#requests': 'requests', '#tokens': 'tokens' },
    ExpressionAttributeValues: {
      ':set_expires': expires,
      ':add_requests': { N: '1' },
      ':add_tokens': { N: tokens },
      ':most_requests': { N: '1' },
      ':most_tokens': { N: String(100 - Number(tokens)) },
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });

/** What DynamoDB does: the local simulator and moto's server are held to it. */
export const contract: readonly Case[] = [
  {
    name: 'an item has the values that were put, and is absent before and after',
    steps: [
      [get(one), { Item: undefined }],
      [put({ ...one, ...values }), { Attributes: undefined }],
      [get(one), { Item: { ...one, ...values } }],
      [
        get(one, { ProjectionExpression: '#t, yes', ExpressionAttributeNames: { '#t': 'text' } }),
        { Item: { text: { S: 'é😀' }, yes: { BOOL: true } } },
      ],
      [put({ ...one, number: { N: '1' } }, { ReturnValues: 'ALL_OLD' }), { Attributes: { ...one, ...values } }],
      [get(one), { Item: { ...one, number: { N: '1' } } }],
      [remove(one, { ReturnValues: 'ALL_OLD' }), { Attributes: { ...one, number: { N: '1' } } }],
      [remove(one, { ReturnValues: 'ALL_OLD' }), { Attributes: undefined }],
      [get(one), { Item: undefined }],
    ],
  },
  {
    name: 'numbers are exact',
    steps: [
      [put({ ...one, a: { N: '12345678901234567890123456789012345678' }, b: { N: '-150' }, c: { N: '0.1' } }), {}],
      [
        update(one, {
          UpdateExpression: 'SET c = c + :d ADD a :e, b :d',
          ExpressionAttributeValues: { ':d': { N: '0.2' }, ':e': { N: '1' } },
        }),
        {},
      ],
      [
        get(one),
        { Item: { ...one, a: { N: '12345678901234567890123456789012345679' }, b: { N: '-149.8' }, c: { N: '0.3' } } },
      ],
    ],
  },
  {
    name: 'a number has one form, however it was written',
    steps: [
      [put({ ...one, a: { N: '0012' }, b: { N: '-1.50e2' }, c: { N: '1.0' } }), {}],
      [get(one), { Item: { ...one, a: { N: '12' }, b: { N: '-150' }, c: { N: '1' } } }],
    ],
    notOnMoto: 'it stores numbers as they were written',
  },
  {
    name: 'a condition decides whether an item is written',
    steps: [
      [put({ ...key('condition', 'a'), version: { N: '1' } }, { ConditionExpression: 'attribute_not_exists(pk)' }), {}],
      [
        put({ ...key('condition', 'a'), version: { N: '9' } }, { ConditionExpression: 'attribute_not_exists(pk)' }),
        conditional,
      ],
      [
        update(key('condition', 'a'), {
          UpdateExpression: 'SET version = version + :one, #s = :s',
          ConditionExpression: 'version = :was AND NOT (#s = :s)',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues: { ':one': { N: '1' }, ':was': { N: '1' }, ':s': { S: 'revoked' } },
          ReturnValues: 'ALL_NEW',
        }),
        { Attributes: { ...key('condition', 'a'), version: { N: '2' }, state: { S: 'revoked' } } },
      ],
      [
        remove(key('condition', 'a'), {
          ConditionExpression: 'version = :was',
          ExpressionAttributeValues: { ':was': { N: '1' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { ...conditional, Item: { ...key('condition', 'a'), version: { N: '2' }, state: { S: 'revoked' } } },
      ],
      [remove(key('condition', 'a'), { ConditionExpression: 'attribute_exists(pk)' }), {}],
      [remove(key('condition', 'a'), { ConditionExpression: 'attribute_exists(pk)' }), conditional],
    ],
  },
  {
    name: 'an update makes an item, counts and removes',
    steps: [
      [
        update(key('update', 'a'), {
          UpdateExpression: 'ADD hits :n SET title = if_not_exists(title, :t)',
          ExpressionAttributeValues: { ':n': { N: '2' }, ':t': { S: 'first' } },
          ReturnValues: 'ALL_OLD',
        }),
        { Attributes: undefined },
      ],
      [
        update(key('update', 'a'), {
          UpdateExpression: 'SET title = if_not_exists(title, :t), hits = hits - :n',
          ExpressionAttributeValues: { ':n': { N: '5' }, ':t': { S: 'second' } },
        }),
        {},
      ],
      [get(key('update', 'a')), { Item: { ...key('update', 'a'), hits: { N: '-3' }, title: { S: 'first' } } }],
      [
        update(key('update', 'a'), { UpdateExpression: 'REMOVE title', ReturnValues: 'UPDATED_OLD' }),
        { Attributes: { title: { S: 'first' } } },
      ],
      [
        update(key('update', 'a'), {
          UpdateExpression: 'SET hits = title + :n',
          ExpressionAttributeValues: { ':n': { N: '5' } },
        }),
        invalid('The provided expression refers to an attribute that does not exist in the item'),
      ],
    ],
  },
  {
    name: 'a counter takes what its limits have room for, and tells what it has where it refuses',
    steps: [
      [reserve('60'), { Attributes: { ...key('counter', 'a'), requests: { N: '1' }, tokens: { N: '60' }, expires } }],
      [
        reserve('60'),
        { ...conditional, Item: { ...key('counter', 'a'), requests: { N: '1' }, tokens: { N: '60' }, expires } },
      ],
      [
        update(key('counter', 'a'), {
          UpdateExpression: 'ADD #tokens :add_tokens',
          ExpressionAttributeNames: { '#tokens': 'tokens' },
          ExpressionAttributeValues: { ':add_tokens': { N: '-20' } },
          ReturnValues: 'ALL_NEW',
        }),
        { Attributes: { ...key('counter', 'a'), requests: { N: '1' }, tokens: { N: '40' }, expires } },
      ],
      [reserve('60'), { Attributes: { ...key('counter', 'a'), requests: { N: '2' }, tokens: { N: '100' }, expires } }],
      [
        reserve('0'),
        { ...conditional, Item: { ...key('counter', 'a'), requests: { N: '2' }, tokens: { N: '100' }, expires } },
      ],
    ],
  },
  {
    name: 'a query reads the items of a hash key in binary order',
    steps: [
      ...['b', 'a', 'Z', 'a#1', 'é'].map((sk): Step => [put(key('order', sk)), {}]),
      [query(range('sk >= :from', { from: 'A' })), sks('Z', 'a', 'a#1', 'b', 'é')],
      [query({ ...range('sk >= :from', { from: 'A' }), ScanIndexForward: false }), sks('é', 'b', 'a#1', 'a', 'Z')],
      [query(range('begins_with(sk, :with)', { with: 'a' })), sks('a', 'a#1')],
      [query(range('sk BETWEEN :from AND :to', { from: 'a', to: 'b' })), sks('a', 'a#1', 'b')],
      [query(range('sk < :to', { to: 'a' })), sks('Z')],
      [
        query({ ...range('sk > :from', { from: 'A' }), Limit: 2 }),
        { ...sks('Z', 'a'), LastEvaluatedKey: key('order', 'a') },
      ],
      [
        query({ ...range('sk > :from', { from: 'A' }), Limit: 2, ExclusiveStartKey: key('order', 'a') }),
        { ...sks('a#1', 'b'), LastEvaluatedKey: key('order', 'b') },
      ],
      [
        query({ ...range('sk > :from', { from: 'A' }), ScanIndexForward: false, ExclusiveStartKey: key('order', 'a') }),
        sks('Z'),
      ],
      [query({ ...range('sk > :from', { from: 'A' }), ExclusiveStartKey: key('order', 'aa') }), sks('b', 'é')],
    ],
  },
  {
    name: 'a page that is exactly full names a last key, though nothing follows',
    steps: [
      [put(key('full', 'a')), {}],
      [
        query({ KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'full' } }, Limit: 1 }),
        { ...found(key('full', 'a')), LastEvaluatedKey: key('full', 'a') },
      ],
      [
        query({
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'full' } },
          Limit: 1,
          ExclusiveStartKey: key('full', 'a'),
        }),
        found(),
      ],
    ],
    notOnMoto: 'it looks whether more follows',
  },
  {
    name: 'a page ends at 1 MB',
    steps: [
      ...['1', '2', '3', '4'].map((sk): Step => [put(big(sk, 390_000)), {}]),
      [pages(ofPages), { pages: 2, sks: ['1', '2', '3', '4'] }],
      [put(big('5', 409_600)), invalid('Item size has exceeded the maximum allowed size')],
    ],
  },
  {
    name: 'a filter counts what it has looked at',
    steps: [
      [put({ ...key('filter', 'a'), size: { N: '1' } }), {}],
      [put({ ...key('filter', 'b'), size: { N: '2' } }), {}],
      [
        query({
          KeyConditionExpression: 'pk = :pk',
          FilterExpression: '#size IN (:two, :three) OR contains(title, :pk) OR #size <> :two AND #size > :two',
          ExpressionAttributeNames: { '#size': 'size' },
          ExpressionAttributeValues: { ':pk': { S: 'filter' }, ':two': { N: '2' }, ':three': { N: '3' } },
        }),
        { Items: [{ ...key('filter', 'b'), size: { N: '2' } }], Count: 1, ScannedCount: 2 },
      ],
    ],
  },
  {
    name: 'what is not there has no size',
    steps: [
      [
        put(key('size', 'a'), {
          ConditionExpression: 'size(title) < :n OR size(title) > :n',
          ExpressionAttributeValues: { ':n': { N: '1' } },
        }),
        conditional,
      ],
    ],
    notOnMoto: 'it fails with an internal error',
  },
  {
    name: 'a batch reads the items that are there',
    steps: [
      [put({ ...key('batch', 'a'), title: { S: 'A' } }), {}],
      [put({ ...key('batch', 'b'), title: { S: 'B' } }), {}],
      [
        batchGet({
          [TableName]: { Keys: [key('batch', 'a'), key('batch', 'none'), key('batch', 'b')], ConsistentRead: true },
        }),
        {
          Responses: {
            [TableName]: expect.toSatisfy((items: readonly { title: { S: string } }[]) => {
              return (
                items.length === 2 &&
                items
                  .map(({ title }) => title.S)
                  .toSorted()
                  .join('') === 'AB'
              );
            }),
          },
          UnprocessedKeys: {},
        },
      ],
      [
        batchGet({ [TableName]: { Keys: [key('batch', 'a'), key('batch', 'a')] } }),
        invalid('Provided list of item keys contains duplicates'),
      ],
    ],
  },
  {
    name: 'a transaction does all or nothing',
    steps: [
      [transact([putOf('a', '1'), putOf('b', '1')]), {}],
      [
        transact([
          {
            Update: {
              TableName,
              Key: key('transaction', 'a'),
              UpdateExpression: 'ADD version :n',
              ConditionExpression: 'version = :n',
              ExpressionAttributeValues: { ':n': { N: '1' } },
            },
          },
          {
            ConditionCheck: {
              TableName,
              Key: key('transaction', 'b'),
              ConditionExpression: 'version = :n',
              ExpressionAttributeValues: { ':n': { N: '1' } },
            },
          },
          putOf('c', '1'),
        ]),
        {},
      ],
      [get(key('transaction', 'a')), { Item: counted('a', '2') }],
      [
        transact([
          putOf('d', '1'),
          {
            Delete: {
              TableName,
              Key: key('transaction', 'a'),
              ConditionExpression: 'version = :n',
              ExpressionAttributeValues: { ':n': { N: '1' } },
            },
          },
          {
            Put: {
              TableName,
              Item: counted('b', '2'),
              ConditionExpression: 'attribute_not_exists(pk)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ]),
        reasons({ Code: 'None' }, failed, { ...failed, Item: counted('b', '1') }),
      ],
      [get(key('transaction', 'd')), { Item: undefined }],
      [get(key('transaction', 'b')), { Item: counted('b', '1') }],
      [transact([{ Delete: { TableName, Key: key('transaction', 'a') } }]), {}],
      [get(key('transaction', 'a')), { Item: undefined }],
      [
        transact([putOf('e', '1'), { Delete: { TableName, Key: key('transaction', 'e') } }]),
        invalid('Transaction request cannot include multiple operations on one item'),
      ],
    ],
  },
  {
    name: 'a transaction that is asked for twice with its token is done once',
    steps: [
      [transact([putOf('token', '1')], 'token-1'), {}],
      [transact([putOf('token', '2')], 'token-2'), {}],
      [transact([putOf('token', '1')], 'token-1'), {}],
      [get(key('transaction', 'token')), { Item: counted('token', '2') }],
      [
        transact([putOf('token', '3')], 'token-1'),
        { error: 'IdempotentParameterMismatchException', message: expect.any(String) },
      ],
    ],
    notOnMoto: 'it does a transaction again in spite of the token',
  },
];
