import { updateItemText } from '../../function/metering/update-item.ts';

const place = { pk: 'a"b', sk: 'é#\n' };
const key = { pk: { S: 'a"b' }, sk: { S: 'é#\n' } };

test('a change is the input of one UpdateItem', () => {
  const update = {
    ...place,
    add: { requests: 1, tokens: -60 },
    set: { at: 7, by: '"x' },
    atMost: { tokens: 40 },
    expires: 9,
  };
  expect(JSON.parse(updateItemText('usage', update))).toEqual({
    TableName: 'usage',
    Key: key,
    UpdateExpression:
      'SET #at = :set_at, #by = :set_by, #expires = :set_expires ADD #requests :add_requests, #tokens :add_tokens',
    ConditionExpression: '(attribute_not_exists(#tokens) OR #tokens <= :most_tokens)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ExpressionAttributeNames: {
      '#at': 'at',
      '#by': 'by',
      '#expires': 'expires',
      '#requests': 'requests',
      '#tokens': 'tokens',
    },
    ExpressionAttributeValues: {
      ':set_at': { N: '7' },
      ':set_by': { S: '"x' },
      ':set_expires': { N: '9' },
      ':add_requests': { N: '1' },
      ':add_tokens': { N: '-60' },
      ':most_tokens': { N: '40' },
    },
    ReturnValues: 'ALL_NEW',
  });
});

test.each([
  [{ add: { cost: 5 } }, 'ADD #cost :add_cost'],
  [{ set: { cost: 5 } }, 'SET #cost = :set_cost'],
  [{ add: { cost: 0 }, expires: 1 }, 'SET #expires = :set_expires ADD #cost :add_cost'],
])('%j changes nothing else', (change, expression) => {
  const input = JSON.parse(updateItemText('usage', { ...place, ...change, returns: 'nothing' })) as object;
  expect(input).toMatchObject({ UpdateExpression: expression, ReturnValues: 'NONE' });
  expect(input).not.toHaveProperty('ConditionExpression');
});

test('a change of the same kind has its own numbers', () => {
  const numbers = [1, 2].map((cost) => JSON.parse(updateItemText('usage', { ...place, add: { cost } })) as object);
  expect(numbers).toMatchObject([
    { ExpressionAttributeValues: { ':add_cost': { N: '1' } } },
    { ExpressionAttributeValues: { ':add_cost': { N: '2' } } },
  ]);
});

test('a change that changes nothing is an error', () => {
  expect(() => updateItemText('usage', { ...place, atMost: { cost: 1 } })).toThrow('changes nothing');
});
