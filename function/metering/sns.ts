// A re-export by name lets the bundler prune the client, which has some 40 commands.
export { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
