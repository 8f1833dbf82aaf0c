// A re-export by name lets the bundler prune the client, which has some 150 commands.
export { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
