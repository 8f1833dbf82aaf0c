import * as pulumi from '@pulumi/pulumi';

import { keys } from '../../infra/settings/keys.ts';
import { readSettings } from '../../infra/settings.ts';
import { asPulumiTellsIt } from './variants.ts';

/** Reads a config whose keys have no namespace, in us-east-1. */
function read(config: Readonly<Record<string, unknown>>) {
  const named = Object.entries(config).map(([key, value]) => [
    key.includes(':') ? key : `bedrock-gateway:${key}`,
    value,
  ]);
  return readSettings(asPulumiTellsIt({ 'aws:region': 'us-east-1', ...Object.fromEntries(named) }));
}

/** Configs with one or more mistakes, and all that a preview says about them. */
const mistakes: readonly (readonly [config: Readonly<Record<string, unknown>>, problems: readonly string[]])[] = [
  [
    { domian: 'example.com', hostedZoneId: 'Z0123456789' },
    [
      'bedrock-gateway:domian is not a key of the gateway: did you mean domain? Rename it with: npx pulumi config set domain example.com && npx pulumi config rm bedrock-gateway:domian',
    ],
  ],
  [
    { 'aws:region': 'us-east-9' },
    [
      'aws:region must be a region such as us-east-1, not "us-east-9" (did you mean us-east-1?). Set it with: npx pulumi config set aws:region us-east-1',
    ],
  ],
  [
    { 'aws:region': 'virginia', memory: 1 },
    [
      'aws:region must be a region such as us-east-1, not "virginia". Set it with: npx pulumi config set aws:region us-east-1',
      'bedrock-gateway:memory must be a whole number from 128 to 10240, not "1". Set it with: npx pulumi config set memory 1024',
    ],
  ],
  [
    { bedrockRegions: ['us-east-1', 'eu-wset-1', 'mars'] },
    [
      'bedrock-gateway:bedrockRegions must be a region such as us-east-1, not "eu-wset-1" (did you mean eu-west-1?). Set it with: npx pulumi config set --path \'bedrockRegions[1]\' us-east-1',
      'bedrock-gateway:bedrockRegions must be a region such as us-east-1, not "mars". Set it with: npx pulumi config set --path \'bedrockRegions[2]\' us-east-1',
    ],
  ],
  [
    {
      models: {
        a: { target: 'sagemkaer:x' },
        b: { target: 'amazon.nova-lite-v1:0' },
        c: {},
        d: { targt: 'bedrock:x' },
      },
    },
    [
      'bedrock-gateway:models has an entry "a" that has the target "sagemkaer:x": it has to begin with one of bedrock:, bedrock-openai:, openai:, sagemaker: (did you mean sagemaker:x?). Set it with: npx pulumi config set --path \'models["a"].target\' bedrock:us.amazon.nova-pro-v1:0',
      'bedrock-gateway:models has an entry "b" that has the target "amazon.nova-lite-v1:0": it has to begin with one of bedrock:, bedrock-openai:, openai:, sagemaker: (did you mean bedrock:amazon.nova-lite-v1:0?). Set it with: npx pulumi config set --path \'models["b"].target\' bedrock:us.amazon.nova-pro-v1:0',
      'bedrock-gateway:models has an entry "c" that lacks the field target. Set it with: npx pulumi config set --path \'models["c"].target\' bedrock:us.amazon.nova-pro-v1:0',
      'bedrock-gateway:models has an entry "d" that has no field "targt" (did you mean target?): it takes target, fallbacks, family, chatTemplate, defaultMaxOutput, maxTokensField. Remove it with: npx pulumi config rm --path \'models["d"].targt\'',
      'bedrock-gateway:models has an entry "d" that lacks the field target. Set it with: npx pulumi config set --path \'models["d"].target\' bedrock:us.amazon.nova-pro-v1:0',
    ],
  ],
  [
    {
      models: {
        a: { target: 'bedrock:amazon.nova-lite-v1:0', fallbacks: ['b', 'nova'] },
        b: { target: 'bedrock:amazon.nova-pro-v1:0' },
      },
    },
    [
      'bedrock-gateway:models has an entry "a" that has the fallback "b", which is a name: write the target of that name instead. Remove it with: npx pulumi config rm --path \'models["a"].fallbacks\'',
      'bedrock-gateway:models has an entry "a" that has the fallback "nova": it has to begin with one of bedrock:, bedrock-openai:, openai:, sagemaker:. Remove it with: npx pulumi config rm --path \'models["a"].fallbacks\'',
    ],
  ],
  [
    { models: { a: { target: 'bedrock:x', fallbacks: ['bedrock:y', 'bedrock:x'] } } },
    [
      'bedrock-gateway:models has an entry "a" that names one target twice: bedrock:x. Remove it with: npx pulumi config rm --path \'models["a"].fallbacks\'',
    ],
  ],
  [
    { models: { a: { target: 'bedrock:amazon.nova-lite-v1:0', fallbacks: ['bedrock:cohere.embed-v4:0'] } } },
    [
      'bedrock-gateway:models has an entry "a" that has the fallback bedrock:cohere.embed-v4:0, which no request can use: the target is no embedding model, and that is one. Remove it with: npx pulumi config rm --path \'models["a"].fallbacks\'',
    ],
  ],
  [
    { models: { a: { target: 'bedrock:cohere.embed-v4:0', fallbacks: ['bedrock:amazon.nova-lite-v1:0'] } } },
    [
      'bedrock-gateway:models has an entry "a" that has the fallback bedrock:amazon.nova-lite-v1:0, which no request can use: the target is an embedding model, and that is none. Remove it with: npx pulumi config rm --path \'models["a"].fallbacks\'',
    ],
  ],
  [
    {
      models: {
        a: { target: 'bedrock:eu.amazon.nova-lite-v1:0', fallbacks: ['bedrock-openai:jp.openai.gpt-oss-120b-1:0'] },
      },
    },
    [
      "bedrock-gateway:models has an entry \"a\" with bedrock:eu.amazon.nova-lite-v1:0, a profile that cannot be called in us-east-1. Name one that can be, or a region of the profile: npx pulumi config set --path 'bedrockRegions[0]' us-east-1 && npx pulumi config set --path 'bedrockRegions[1]' <region>",
      "bedrock-gateway:models has an entry \"a\" with bedrock-openai:jp.openai.gpt-oss-120b-1:0, a profile that cannot be called in us-east-1. Name one that can be, or a region of the profile: npx pulumi config set --path 'bedrockRegions[0]' us-east-1 && npx pulumi config set --path 'bedrockRegions[1]' <region>",
    ],
  ],
  [
    { models: { a: { target: 'bedrock:arn:aws:bedrock:us-east-9::foundation-model/amazon.nova-lite-v1:0' } } },
    [
      'bedrock-gateway:models has an entry "a" that has the target "bedrock:arn:aws:bedrock:us-east-9::foundation-model/amazon.nova-lite-v1:0", whose ARN is in "us-east-9", which is no region (did you mean us-east-1?). Set it with: npx pulumi config set --path \'models["a"].target\' bedrock:us.amazon.nova-pro-v1:0',
    ],
  ],
  [
    { models: { a: { target: 'bedrock:arn:aws-us-gov:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' } } },
    [
      'bedrock-gateway:models has an entry "a" that has the target "bedrock:arn:aws-us-gov:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", whose ARN begins with arn:aws-us-gov:, and ARNs in us-east-1 begin with arn:aws:. Set it with: npx pulumi config set --path \'models["a"].target\' bedrock:us.amazon.nova-pro-v1:0',
    ],
  ],
  [
    { models: { a: { target: 'bedrock:x', family: 'a b', fallbacks: 5, defaultMaxOutput: 'x' } } },
    [
      'bedrock-gateway:models has an entry "a" that has a family that is not a model id such as anthropic.claude-sonnet-4-6. Remove it with: npx pulumi config rm --path \'models["a"].family\'',
      'bedrock-gateway:models has an entry "a" that has fallbacks that are not a list of targets. Remove it with: npx pulumi config rm --path \'models["a"].fallbacks\'',
    ],
  ],
  [
    {
      models: { a: { target: 'bedrock:x', chatTemplate: 'chatml', maxTokensField: 'max_tokens', defaultMaxOutput: 0 } },
    },
    [
      'bedrock-gateway:models has an entry "a" that has a chatTemplate but no target that begins with sagemaker:, which alone takes one. Remove it with: npx pulumi config rm --path \'models["a"].chatTemplate\'',
      'bedrock-gateway:models has an entry "a" that has a defaultMaxOutput that must be a number of tokens or model, not "0". Remove it with: npx pulumi config rm --path \'models["a"].defaultMaxOutput\'',
      'bedrock-gateway:models has an entry "a" that has a maxTokensField but no target that begins with openai: or sagemaker:, which alone take one. Remove it with: npx pulumi config rm --path \'models["a"].maxTokensField\'',
    ],
  ],
  [
    { domain: 'example.com', certificateArn: 'arn:aws:iam::123456789012:server-certificate/x' },
    [
      'bedrock-gateway:certificateArn must be an ARN of acm, which begins with arn:aws:acm:, not of "iam". Set it with: npx pulumi config set certificateArn arn:aws:acm:us-east-1:123456789012:certificate/example',
    ],
  ],
  [
    { domain: 'example.com', certificateArn: 'arn:aws:acm:us-east-11:123456789012:certificate/x' },
    [
      'bedrock-gateway:certificateArn is in "us-east-11", which is no region (did you mean us-east-1?). Set it with: npx pulumi config set certificateArn arn:aws:acm:us-east-1:123456789012:certificate/example',
    ],
  ],
  [
    { domain: 'example.com', certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/x' },
    [
      'bedrock-gateway:certificateArn is in eu-west-1, but a regional domain takes a certificate of its own region, us-east-1. Issue one there, then: npx pulumi config set certificateArn <ARN>',
    ],
  ],
  [
    { storage: { kmsKeyArn: 'arn:aws:s3:::bucket', retentionDays: 0, maxOwnerFiles: 'many', days: 1 } },
    [
      'bedrock-gateway:storage has no field "days" (did you mean retentionDays?): it takes retentionDays, maxFileMegabytes, maxOwnerMegabytes, maxOwnerFiles, bedrockKeys, storeByDefault, kmsKeyArn, deletionProtection. Remove it with: npx pulumi config rm --path storage.days',
      'bedrock-gateway:storage has a value at retentionDays that must be a whole number from 1 to 3650, not "0". Set it with: npx pulumi config set --path storage.retentionDays 30',
      'bedrock-gateway:storage has a value at maxOwnerFiles that must be a whole number from 1 to 10000, not "many". Set it with: npx pulumi config set --path storage.maxOwnerFiles 1000',
      'bedrock-gateway:storage has a value at kmsKeyArn that must be an ARN of kms, which begins with arn:aws:kms:, not of "s3". Set it with: npx pulumi config set --path storage.kmsKeyArn <ARN>',
    ],
  ],
  [
    { storage: { kmsKeyArn: 'arn:aws:s3:::bucket', retentionDays: 0, maxOwnerFiles: 'many' } },
    [
      'bedrock-gateway:storage has a value at retentionDays that must be a whole number from 1 to 3650, not "0". Set it with: npx pulumi config set --path storage.retentionDays 30',
      'bedrock-gateway:storage has a value at maxOwnerFiles that must be a whole number from 1 to 10000, not "many". Set it with: npx pulumi config set --path storage.maxOwnerFiles 1000',
      'bedrock-gateway:storage has a value at kmsKeyArn that must be an ARN of kms, which begins with arn:aws:kms:, not of "s3". Set it with: npx pulumi config set --path storage.kmsKeyArn <ARN>',
    ],
  ],
  [
    { alarmTopicArn: 'arn:aws:sqs:us-east-1:123456789012:oncall' },
    [
      'bedrock-gateway:alarmTopicArn must be an ARN of sns, which begins with arn:aws:sns:, not of "sqs". Set it with: npx pulumi config set alarmTopicArn arn:aws:sns:us-east-1:123456789012:oncall',
    ],
  ],
  [
    {
      alarmKmsKeyArn: 'arn:aws-cn:kms:us-east-1:123456789012:key/1234abcd',
      alarmEmails: ['oncall', 'a@example.com', 'b@'],
    },
    [
      'bedrock-gateway:alarmEmails must be an e-mail address, not "oncall". Set it with: npx pulumi config set --path \'alarmEmails[0]\' oncall@example.com',
      'bedrock-gateway:alarmEmails must be an e-mail address, not "b@". Set it with: npx pulumi config set --path \'alarmEmails[2]\' oncall@example.com',
      'bedrock-gateway:alarmKmsKeyArn begins with arn:aws-cn:, and ARNs in us-east-1 begin with arn:aws:. Set it with: npx pulumi config set alarmKmsKeyArn arn:aws:kms:us-east-1:123456789012:key/example',
    ],
  ],
  [
    {
      openaiKeyArn: 'arn:aws:ssm:us-east-1:123456789012:parameter/openai',
      models: { m: { target: 'openai:gpt-4o' } },
      gatewayKeys: true,
    },
    [
      'bedrock-gateway:openaiKeyArn must be an ARN of secretsmanager, which begins with arn:aws:secretsmanager:, not of "ssm". Set it with: npx pulumi config set openaiKeyArn arn:aws:secretsmanager:us-east-1:123456789012:secret:openai-AbCdEf',
    ],
  ],
  [
    {
      gatewayKeys: true,
      guardrail: { identifier: 'arn:aws:bedrock:us-east-8:123456789012:guardrail/abc', version: 0 },
    },
    [
      'bedrock-gateway:guardrail has an identifier that is in "us-east-8", which is no region (did you mean us-east-1?). Set it with: npx pulumi config set --path guardrail.identifier <id or ARN>',
      'bedrock-gateway:guardrail must be a map whose version is the number of one, or DRAFT, not "0". Set it with: npx pulumi config set --path guardrail.identifier abcdefghijkl && npx pulumi config set --path guardrail.version 1',
    ],
  ],
  [
    {
      gatewayKeys: true,
      limits: { perKey: { requestsPerMinute: 0, tokensPerMinute: 'x', rpm: 1 }, whenUnavailable: 'x' },
    },
    [
      'bedrock-gateway:limits has a value at perKey that has no field "rpm": it takes requestsPerMinute, tokensPerMinute, requestsPerDay. Remove it with: npx pulumi config rm --path limits.perKey.rpm',
      'bedrock-gateway:limits has a value at perKey that has requestsPerMinute, which must be a whole number from 1 to 2147483647, not "0". Set it with: npx pulumi config set --path limits.perKey.requestsPerMinute 60',
      'bedrock-gateway:limits has a value at perKey that has tokensPerMinute, which must be a whole number from 1 to 2147483647, not "x". Set it with: npx pulumi config set --plaintext --path limits.perKey.tokensPerMinute 60',
      'bedrock-gateway:limits has a value at whenUnavailable that must be one of closed, open, not "x". Set it with: npx pulumi config set --path limits.whenUnavailable open',
    ],
  ],
  [
    {
      gatewayKeys: true,
      limits: { perKey: { requestsPerMinute: 0, tokensPerMinute: 'x' }, perUser: {}, whenUnavailable: 'x' },
    },
    [
      'bedrock-gateway:limits has no field "perUser": it takes perKey, perJwtCaller, whenUnavailable. Remove it with: npx pulumi config rm --path limits.perUser',
      'bedrock-gateway:limits has a value at perKey that has requestsPerMinute, which must be a whole number from 1 to 2147483647, not "0". Set it with: npx pulumi config set --path limits.perKey.requestsPerMinute 60',
      'bedrock-gateway:limits has a value at perKey that has tokensPerMinute, which must be a whole number from 1 to 2147483647, not "x". Set it with: npx pulumi config set --plaintext --path limits.perKey.tokensPerMinute 60',
      'bedrock-gateway:limits has a value at whenUnavailable that must be one of closed, open, not "x". Set it with: npx pulumi config set --path limits.whenUnavailable open',
    ],
  ],
  [
    { gatewayKeys: true, prices: { nope: { input: 1, output: 2 }, neither: { input: 1, output: 2 } } },
    [
      'bedrock-gateway:prices names "nope", which is neither a name in models nor a target such as openai:gpt-4o. Remove it with: npx pulumi config rm --path prices.nope',
      'bedrock-gateway:prices names "neither", which is neither a name in models nor a target such as openai:gpt-4o. Remove it with: npx pulumi config rm --path prices.neither',
    ],
  ],
  [
    {
      callers: [
        { id: 'a b', sha256: 'x' },
        {
          id: 'c',
          sha256: '0000000000000000000000000000000000000000000000000000000000000000',
          models: ['gone', 'lost'],
        },
      ],
    },
    [
      "bedrock-gateway:callers has an entry [0] whose id is not 1 to 64 letters, digits and . _ -. Set it with: npx pulumi config set --path 'callers[0].id' support-app && npx pulumi config set --path 'callers[0].sha256' <hash>",
      "bedrock-gateway:callers has an entry [0] whose sha256 is not 64 lower-case hexadecimal digits. Write the hash of the token, never the token itself, which would stay in the state. Make it with: printf %s \"$KEY\" | shasum -a 256 | cut -d ' ' -f 1. Set it with: npx pulumi config set --path 'callers[0].id' support-app && npx pulumi config set --path 'callers[0].sha256' <hash>",
    ],
  ],
  [
    { jwt: [{ issuer: 'https://login.example.com' }, { issuer: 'http://x', audience: 'a' }] },
    [
      "bedrock-gateway:jwt has an entry [0] that lacks audience: without it, tokens that the issuer makes for other APIs would be accepted. Set it with: npx pulumi config set --path 'jwt[0].audience' https://openai.example.com",
      "bedrock-gateway:jwt has an entry [1] that has an issuer other than an https URL without user, query and fragment, exactly as its tokens have it in their claim iss. Set it with: npx pulumi config set --path 'jwt[1].issuer' https://login.example.com && npx pulumi config set --path 'jwt[1].audience' https://openai.example.com",
    ],
  ],
  [
    { metrics: { projects: ['a,b', 'ok'] }, gatewayKeys: true },
    [
      'bedrock-gateway:metrics has a value at projects[0] that must be a name of 1 to 100 characters of ASCII, without commas, not "a,b". Set it with: npx pulumi config set --path \'metrics.projects[0]\' <name of a project>',
    ],
  ],
  [
    { throttle: { rate: 0, burst: 100001 } },
    [
      'bedrock-gateway:throttle has a rate that must be a whole number from 1 to 100000, not "0". Set it with: npx pulumi config set --path throttle.rate 50',
      'bedrock-gateway:throttle has a burst that must be a whole number from 1 to 100000, not "100001". Set it with: npx pulumi config set --path throttle.burst 100',
    ],
  ],
  [
    { reservedConcurrency: { buffered: -1, streming: 4 } },
    [
      'bedrock-gateway:reservedConcurrency has no field "streming" (did you mean streaming?): it takes buffered, streaming. Remove it with: npx pulumi config rm --path reservedConcurrency.streming',
      'bedrock-gateway:reservedConcurrency has a value at buffered that must be a whole number from 0 to 9999, not "-1". Remove it with: npx pulumi config rm --path reservedConcurrency.buffered',
    ],
  ],
  [
    { cors: ['example.com', 'https://a.example.com/', 'https://ok.example.com'] },
    [
      "bedrock-gateway:cors must list origins such as https://app.example.com (no path), http://localhost:* for any port of the page's own machine, or *, not \"example.com\". Set it with: npx pulumi config set --path 'cors[0]' https://app.example.com",
      "bedrock-gateway:cors must list origins such as https://app.example.com (no path), http://localhost:* for any port of the page's own machine, or *, not \"https://a.example.com/\". Set it with: npx pulumi config set --path 'cors[1]' https://app.example.com",
    ],
  ],
  [
    { openaiFields: ['model', 'top-k', 'ok'] },
    [
      'bedrock-gateway:openaiFields must be a name of letters, digits and underscores other than model and stream, such as top_k, not "model". Set it with: npx pulumi config set --path \'openaiFields[0]\' top_k',
      'bedrock-gateway:openaiFields must be a name of letters, digits and underscores other than model and stream, such as top_k, not "top-k". Set it with: npx pulumi config set --path \'openaiFields[1]\' top_k',
    ],
  ],
  [
    {
      memory: '1e3',
      logRetentionDays: 8,
      tracing: 'yes',
      domain: 'https://example.com',
      subdomain: 'x',
      restAccessLogs: true,
      streaming: false,
    },
    [
      'bedrock-gateway:domain must be a domain such as example.com, in lower case and without a scheme, a path, a * or a dot at its end, not "https://example.com". Set it with: npx pulumi config set domain example.com',
      'bedrock-gateway:logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, not "8". Set it with: npx pulumi config set logRetentionDays 7',
      'bedrock-gateway:memory must be a whole number from 128 to 10240, not "1e3". Set it with: npx pulumi config set memory 1024',
      'bedrock-gateway:tracing must be true or false, not "yes". Set it with: npx pulumi config set tracing true',
      'bedrock-gateway:restAccessLogs needs the REST API, which streaming: false leaves out. Remove it with: npx pulumi config rm restAccessLogs',
    ],
  ],
  [
    { bedrockMantle: true, bedrockKeys: 'none' },
    [
      "bedrock-gateway:bedrockMantle is for callers' own Bedrock keys, of which bedrockKeys accepts none. Remove it with: npx pulumi config rm bedrockMantle",
    ],
  ],
  [
    { bedrockMantle: true, privateNetwork: true },
    [
      'bedrock-gateway:bedrockMantle needs a way to the internet, and privateNetwork has none. Remove it with: npx pulumi config rm bedrockMantle',
    ],
  ],
  [
    { failoverRegions: ['us-west-2', 'eu-west-1'] },
    [
      "bedrock-gateway:failoverRegions names us-west-2 and eu-west-1, where calls may not go. Set it with: npx pulumi config set --path 'bedrockRegions[0]' us-east-1 && npx pulumi config set --path 'bedrockRegions[1]' us-west-2 && npx pulumi config set --path 'bedrockRegions[2]' eu-west-1",
    ],
  ],
];

test.each(mistakes)('the config %j is refused with all of its mistakes', (config, problems) => {
  expect(() => read(config)).toThrow(
    expect.objectContaining({ message: ["The stack's config needs a change:", ...problems].join('\n- ') }),
  );
});

/** Values of each type that a stack's file can have, some of which fit no key. */
const oddValues: readonly unknown[] = [
  '',
  'x',
  ' ',
  '0',
  '-1',
  '1e9',
  0,
  -1,
  1.5,
  1e300,
  true,
  false,
  null,
  [],
  {},
  [[]],
  [{}],
  [null],
  [1],
  ['x'],
  { x: {} },
  { x: null },
  { x: 'x' },
  { x: [] },
  { target: 1 },
  { '': '' },
  'a'.repeat(5_000),
  '{',
  '[',
  '"x"',
  'ünï',
  '\u0000',
];

/** The message of the refusal of a key with a value; undefined if it is read. */
function refusal(key: string, value: unknown): string | undefined {
  try {
    read({ [key]: value });
    return undefined;
  } catch (error) {
    // Pulumi shows any other error with a stack trace.
    if (pulumi.RunError.isInstance(error)) return error.message;
    throw error;
  }
}

test.each(Object.keys(keys))('%s is read or refused by its name, whatever the type of its value', (key) => {
  const refusals = oddValues.map((value) => refusal(key, value)).filter((each) => each !== undefined);
  expect(refusals).not.toEqual([]);
  const named = new RegExp(
    `^The stack's config needs a change:(?:\\n- bedrock-gateway:.+)*\\n- bedrock-gateway:${key}[ :]`,
  );
  for (const each of refusals) expect(each).toMatch(named);
});
