// A re-export by name lets the bundler prune the client, which has some 60 commands.
export { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
