// Named here rather than where it is loaded: what is imported by name can be pruned, and the client has some 150 commands.
export { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
