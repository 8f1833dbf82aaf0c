import { withMaxTokensField } from '../../../function/translate/openai/max-tokens.ts';

test.each<[object, object]>([
  [{ max_completion_tokens: 5 }, { max_tokens: 5 }],
  [{ max_completion_tokens: 5, max_tokens: 6 }, { max_tokens: 5 }],
  [{ max_completion_tokens: null, max_tokens: 6 }, { max_tokens: 6 }],
  [{ max_completion_tokens: null }, {}],
  [{ max_tokens: 6 }, { max_tokens: 6 }],
])('a server that knows max_tokens alone gets %j as %j', (request, sent) => {
  expect(JSON.parse(JSON.stringify(withMaxTokensField(request)))).toEqual(sent);
});
