/** A request, and the signature that botocore gives it at 23:59:59 UTC on 2026-11-29. */
export interface BotocoreSignature {
  readonly service: string;
  readonly region: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly sessionToken: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

/** Made with SigV4Auth of botocore 1.43.11, for the access key id `id` and the secret `secret`. */
export const botocoreSignatures: Readonly<Record<string, BotocoreSignature>> = {
  'an ARN as one segment': {
    service: 'bedrock',
    region: 'eu-west-1',
    host: 'bedrock-runtime.eu-west-1.amazonaws.com',
    method: 'POST',
    path: '/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse',
    headers: { 'content-type': 'application/json' },
    body: '{"a":"é😀"}',
    sessionToken: 'token',
    signedHeaders: 'content-type;host;x-amz-date;x-amz-security-token',
    signature: '3f374d42ad67ba13ae91a907b8d8b62a9bb46affd137dcd6dd7604b4c1c5a290',
  },
  'an ARN with a raw slash': {
    service: 'bedrock',
    region: 'eu-west-1',
    host: 'bedrock-runtime.eu-west-1.amazonaws.com',
    method: 'POST',
    path: '/model/arn:aws:bedrock:eu-west-1:123456789012:inference-profile/abc/invoke',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    sessionToken: 'token',
    signedHeaders: 'content-type;host;x-amz-date;x-amz-security-token',
    signature: '783b38e82f42f4de99404033f3107aebcb261a8c93d97b01e5ad244144407ce8',
  },
  'blanks and UTF-8 in the path': {
    service: 'bedrock',
    region: 'eu-west-1',
    host: 'bedrock-runtime.eu-west-1.amazonaws.com',
    method: 'POST',
    path: '/model/a%20b%C3%A9%F0%9F%98%80/converse',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    sessionToken: 'token',
    signedHeaders: 'content-type;host;x-amz-date;x-amz-security-token',
    signature: '928f08858faf1c33367a25272371c53600400ab28890856aaf1ed57c96e5a3b9',
  },
  'an empty query': {
    service: 'bedrock',
    region: 'eu-west-1',
    host: 'bedrock.eu-west-1.amazonaws.com',
    method: 'GET',
    path: '/inference-profiles?',
    headers: {},
    body: '',
    sessionToken: 'token',
    signedHeaders: 'host;x-amz-date;x-amz-security-token',
    signature: '496ed0891322497e930feb2a620eb8fa4d1e2605a2950a26de42be5012b14e3e',
  },
  'names of a query, repeated and beginning alike': {
    service: 'bedrock',
    region: 'eu-west-1',
    host: 'bedrock.eu-west-1.amazonaws.com',
    method: 'GET',
    path: '/inference-profiles?a-b=3&a=2&a=10&nextToken=x%3D%3D&a1=&A=0',
    headers: {},
    body: '',
    sessionToken: 'token',
    signedHeaders: 'host;x-amz-date;x-amz-security-token',
    signature: 'a04beb6ac77fe0e778625812c43276de81e4e2e4804770cb61ceba9b80fcd5bc',
  },
  'blanks within a header': {
    service: 'sagemaker',
    region: 'us-west-2',
    host: 'runtime.sagemaker.us-west-2.amazonaws.com',
    method: 'POST',
    path: '/endpoints/my-endpoint/invocations',
    headers: { 'content-type': 'application/json', 'x-amzn-sagemaker-target-model': '  a   b  c ' },
    body: '{"prompt":"x"}',
    sessionToken: 'token',
    signedHeaders: 'content-type;host;x-amz-date;x-amz-security-token;x-amzn-sagemaker-target-model',
    signature: '551306424be85be39c60b81809e0baceb2d9b41950400efe0dc5575c33e49b75',
  },
  'a call to DynamoDB': {
    service: 'dynamodb',
    region: 'eu-west-1',
    host: 'dynamodb.eu-west-1.amazonaws.com',
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': '2',
      'x-amz-target': 'DynamoDB_20120810.UpdateItem',
    },
    body: '{}',
    sessionToken: 'a/long+token==',
    signedHeaders: 'content-length;content-type;host;x-amz-date;x-amz-security-token;x-amz-target',
    signature: 'aa521842bcc9e64b2c107c8018f8b3d78abed0930ac08a88c0fe608994b68261',
  },
  'no session': {
    service: 'sts',
    region: 'eu-central-1',
    host: 'sts.eu-central-1.amazonaws.com',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=AssumeRole&Version=2011-06-15',
    sessionToken: '',
    signedHeaders: 'content-type;host;x-amz-date',
    signature: '0ff0f5d6429ef6c349623bf127bb0f4609427a23498f9c5196a5418f8af3e94d',
  },
  'a port': {
    service: 'bedrock',
    region: 'eu-west-1',
    host: '127.0.0.1:4000',
    method: 'POST',
    path: '/prefix/model/m/converse',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    sessionToken: 'token',
    signedHeaders: 'content-type;host;x-amz-date;x-amz-security-token',
    signature: 'a45a81a27202e06640f9dba10b389ab30a1dd47477ec00d5f2cd4552ac1e6d5a',
  },
};
