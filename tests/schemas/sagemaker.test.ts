import { Ajv2020 } from 'ajv/dist/2020.js';
import operations from '../../schemas/sagemaker/operations.json' with { type: 'json' };

const { InvokeEndpoint: whole, InvokeEndpointWithResponseStream: streamed } = operations;

test('the operations have their paths, bodies and headers', () => {
  expect(whole).toMatchObject({ method: 'POST', uri: '/endpoints/{EndpointName}/invocations', status: 200 });
  expect(streamed.uri).toBe('/endpoints/{EndpointName}/invocations-response-stream');
  expect(whole.payload).toEqual({ required: true, maxBytes: 6_291_456 });
  expect(whole.parameters.EndpointName).toMatchObject({ in: 'uri', required: true });
  // With a streamed answer, the member has another name.
  expect(whole.parameters).toHaveProperty(['Accept']);
  expect(streamed.parameters).toHaveProperty(['X-Amzn-SageMaker-Accept']);
});

test('the errors have their statuses and the answer of the container', () => {
  expect(whole.errors.ModelError.status).toBe(424);
  expect(Object.keys(whole.errors.ModelError.schema.properties)).toEqual([
    'LogStreamArn',
    'Message',
    'OriginalMessage',
    'OriginalStatusCode',
  ]);
  expect(whole.errors.InternalDependencyException.status).toBe(530);
  expect(streamed.streamErrors).toEqual({
    InternalStreamFailure: 'InternalStreamFailure',
    ModelStreamError: 'ModelStreamError',
  });
  // The model has no status for these: 400 if the caller is at fault, 500 if the service is.
  expect(streamed.errors.ModelStreamError.status).toBe(400);
  expect(streamed.errors.InternalStreamFailure.status).toBe(500);
});

describe.each([true, false])('the constraints of headers, read with unicode %s', (unicodeRegExp) => {
  const ajv = new Ajv2020({ unicodeRegExp });
  const admits = (name: keyof typeof whole.parameters, value: string): boolean =>
    ajv.validate(whole.parameters[name].schema, value);

  test.each([
    ['EndpointName', 'my-vllm-endpoint', 'my_endpoint'],
    ['Content-Type', 'application/json', 'application/jsön'],
    ['X-Amzn-SageMaker-Inference-Id', 'a b~', ' leading'],
    ['X-Amzn-SageMaker-Target-Model', 'model.tar.gz', 'two\nlines'],
    ['X-Amzn-SageMaker-Session-Id', 'NEW_SESSION', 'OLD_SESSION'],
  ] as const)('%s may be %j and not %j', (name, good, bad) => {
    expect(admits(name, good)).toBe(true);
    expect(admits(name, bad)).toBe(false);
  });
});
