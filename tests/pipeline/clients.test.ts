import { awsClient } from '../../function/pipeline/aws-client.ts';
import { openAiClient } from '../../function/pipeline/openai-client.ts';
import { errorResponse } from '../../function/pipeline/error-response.ts';
import { ApiError } from '../../function/errors.ts';

test.each([
  [{ error: { code: 'rate_limit_exceeded', type: 'rate_limit_error' } }, 'rate_limit_exceeded'],
  [{ error: { code: null, type: 'server_error' } }, 'server_error'],
  [{ error: { type: 'server_error' } }, 'server_error'],
  [{ error: { code: 429 } }, 'error'],
  [{ error: {} }, 'error'],
  [{ error: 'overloaded' }, 'error'],
  [{ error: null }, 'error'],
  [{}, 'error'],
])("the log's name of OpenAI's %j is %s", (event, name) => {
  expect(openAiClient.errorName(event)).toBe(name);
});

test.each([
  [{ exception: { type: 'throttlingException' } }, 'throttlingException'],
  [{ exception: { type: 1 } }, 'exception'],
  [{ exception: {} }, 'exception'],
  [{ exception: null }, 'exception'],
  [{ exception: 'throttlingException' }, 'exception'],
  [{}, 'exception'],
])("the log's name of AWS's %j is %s", (event, name) => {
  expect(awsClient.errorName(event)).toBe(name);
});

describe('an error in the format of the API that was called', () => {
  const error = new ApiError('No.', { status: 429, code: 'busy', param: 'model', headers: { 'retry-after': '2' } });
  const openAi = {
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': '2' },
    body: '{"error":{"message":"No.","type":"rate_limit_error","param":"model","code":"busy"}}',
  };

  test("OpenAI's, also where none is named", () => {
    expect(errorResponse(error)).toEqual(openAi);
    expect(errorResponse(error, 'openai')).toEqual(openAi);
  });

  test("AWS's", () => {
    expect(errorResponse(error, 'aws')).toMatchObject({
      status: 429,
      headers: { 'content-type': 'application/json', 'retry-after': '2' },
      body: '{"message":"No."}',
    });
  });
});
