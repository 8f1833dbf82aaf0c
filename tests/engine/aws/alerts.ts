import type { ResourceType } from './resource-type.ts';

const topicType = 'aws:sns/topic:Topic';

/** The topic of alarms and spend alerts, its policy and its readers. */
export const alerts: Readonly<Record<string, ResourceType>> = {
  [topicType]: {
    label: 'SNS Topic',
    id: 'arn:aws:sns:{region}:{account}:{name}',
    outputs: { arn: 'arn:aws:sns:{region}:{account}:{name}', owner: '{account}' },
    fixed: ['name', 'fifoTopic'],
    autoNamed: 'name',
    // SNS answers a second CreateTopic of the same name with the topic that there is.
  },
  'aws:sns/topicPolicy:TopicPolicy': {
    label: 'SNS Topic Policy',
    id: '{arn}',
    outputs: { owner: '{account}' },
    fixed: ['arn'],
    refers: [{ value: '{arn}', to: { [topicType]: '{arn}' }, missing: 'NotFound: Topic does not exist' }],
  },
  'aws:sns/topicSubscription:TopicSubscription': {
    label: 'SNS Topic Subscription',
    id: '{topic}:{random}',
    // Whoever has the address has not confirmed yet.
    outputs: { arn: '{topic}:{random}', ownerId: '{account}', pendingConfirmation: true },
    fixed: ['topic', 'protocol', 'endpoint'],
    refers: [{ value: '{topic}', to: { [topicType]: '{arn}' }, missing: 'NotFound: Topic does not exist' }],
  },
};
