import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/**
 * A Pulumi program for what an account and region needs once, whichever stacks it has: the role by which API Gateway writes access logs of
 * REST APIs. API Gateway has one such role for an account and region, so no stack of a gateway owns it, and Pulumi refuses to delete it.
 */
export function bootstrapProgram(): Promise<{ readonly logRoleArn: pulumi.Output<string> }> {
  const options = { protect: true };
  const tags = { Project: pulumi.getProject() };
  const role = new aws.iam.Role('apigateway-logs', { assumeRolePolicy: trust, tags }, options);
  const { partition } = aws.getPartitionOutput();
  const policyArn = pulumi.interpolate`arn:${partition}:iam::aws:policy/${logPolicy}`;
  const attachment = new aws.iam.RolePolicyAttachment('apigateway-logs', { role: role.name, policyArn }, options);
  // API Gateway tries the role when it is told of it.
  const afterPolicy = { ...options, dependsOn: [attachment] };
  new aws.apigateway.Account('apigateway-logs', { cloudwatchRoleArn: role.arn }, afterPolicy);
  return Promise.resolve({ logRoleArn: role.arn });
}

/** The policy of AWS's own for this purpose. */
const logPolicy = 'service-role/AmazonAPIGatewayPushToCloudWatchLogs';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'apigateway.amazonaws.com' } }],
});
