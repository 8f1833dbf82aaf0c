import { queryParameters } from '../../function/http/query.ts';

const types = { integers: ['limit'], booleans: ['stream'], lists: ['include'] };

test.each([
  ['', {}],
  ['limit=5&order=asc', { limit: 5, order: 'asc' }],
  ['limit=-1', { limit: -1 }],
  ['limit=5.5', { limit: '5.5' }],
  ['limit=9999999999999999', { limit: '9999999999999999' }],
  ['limit=', { limit: undefined }],
  ['stream=true', { stream: true }],
  ['stream=yes', { stream: 'yes' }],
  ['include[]=a&include[]=b', { include: ['a', 'b'] }],
  ['include=a', { include: ['a'] }],
  ['include[0]=a&include[1]=b', { include: ['a', 'b'] }],
  ['after=a&after=b', { after: ['a', 'b'] }],
  ['after=%00%20', { after: '\0 ' }],
])('%s', (query, fields) => {
  expect(queryParameters(query, types)).toEqual(fields);
});
