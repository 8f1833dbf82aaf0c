import { PublishCommand, type PublishCommandInput, type SNSClient } from '@aws-sdk/client-sns';

/** The topic that a call is about. */
export interface TopicOfCalls {
  readonly client: SNSClient;
  readonly TopicArn: string;
}

type Call = (topic: TopicOfCalls) => Promise<object>;

/** What the tests of SNS ask of a topic. */
export interface Case {
  readonly name: string;
  /** Calls, and their answers: a message was sent, or refused with an error of this name. */
  readonly steps: readonly (readonly [call: Call, expected: object])[];
  /** Why moto's server differs. */
  readonly notOnMoto?: string;
}

const publish =
  (input: Partial<PublishCommandInput>): Call =>
  async ({ client, TopicArn }) => {
    try {
      const { MessageId } = await client.send(new PublishCommand({ TopicArn, Message: 'text', ...input }));
      return { isSent: typeof MessageId === 'string' && MessageId !== '' };
    } catch (error) {
      return { refused: error instanceof Error ? error.name : error };
    }
  };

const sent = { isSent: true };
const attribute = (StringValue: string, DataType = 'String') => ({ a: { DataType, StringValue } });
const invalid = { refused: 'InvalidParameterException' };
const invalidValue = { refused: 'InvalidParameterValueException' };
const sizes = 'moto checks no sizes or characters of subjects, and no size of attributes';

/** What SNS answers to Publish (SNS API reference, "Publish", and the developer guide, "Message attributes"). */
export const contract: readonly Case[] = [
  { name: 'a message', steps: [[publish({}), sent]] },
  {
    name: 'a subject of 99 characters and attributes',
    steps: [[publish({ Subject: 'x'.repeat(99), MessageAttributes: attribute('b') }), sent]],
  },
  { name: 'a message of the largest size', steps: [[publish({ Message: 'ü'.repeat(131_072) }), sent]] },
  { name: 'a message that is too long', steps: [[publish({ Message: 'x'.repeat(262_145) }), invalid]] },
  {
    name: 'a message that is too long with its attributes',
    steps: [[publish({ Message: 'x'.repeat(262_140), MessageAttributes: attribute('b') }), invalid]],
    notOnMoto: sizes,
  },
  { name: 'no message', steps: [[publish({ Message: '' }), invalid]], notOnMoto: 'moto takes an empty message' },
  { name: 'a subject of 101 characters', steps: [[publish({ Subject: 'x'.repeat(101) }), invalid]] },
  ...['x'.repeat(100), 'a\nb', 'Büro', ' a', '\t'].map((Subject, at) => ({
    name: `a subject that SNS does not take, ${at + 1}`,
    steps: [[publish({ Subject }), invalid] as const],
    notOnMoto: sizes,
  })),
  {
    name: 'an attribute without a value',
    steps: [[publish({ MessageAttributes: attribute('') }), invalidValue]],
    notOnMoto: 'moto calls the error otherwise than the service model',
  },
  {
    name: 'an attribute of an odd name',
    steps: [[publish({ MessageAttributes: { 'a b': { DataType: 'String', StringValue: 'c' } } }), invalidValue]],
    notOnMoto: 'moto takes any name',
  },
  {
    name: 'a topic that does not exist',
    steps: [
      [
        ({ client }) => publish({})({ client, TopicArn: 'arn:aws:sns:us-east-1:123456789012:other' }),
        { refused: 'NotFoundException' },
      ],
    ],
  },
  {
    name: 'what is no topic',
    steps: [[({ client }) => publish({})({ client, TopicArn: 'alerts' }), invalid]],
  },
];
