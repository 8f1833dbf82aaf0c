import { withoutCommands } from '../../component/advice.ts';

test.each([
  [
    'bedrock-gateway:memory must be a whole number from 128 to 10240, not "1". Set it with: npx pulumi config set memory 1024. Remove it with: npx pulumi config rm memory',
    'memory must be a whole number from 128 to 10240, not "1". Set memory to 1024. Remove memory',
  ],
  [
    `Set it with: npx pulumi config set --path 'models["gpt-4.1"].target' bedrock:us.amazon.nova-pro-v1:0`,
    'Set models["gpt-4.1"].target to bedrock:us.amazon.nova-pro-v1:0',
  ],
  [
    "cors names * and other origins. Mend it with: npx pulumi config rm cors && npx pulumi config set --path 'cors[0]' '*'",
    'cors names * and other origins. Remove cors and set cors[0] to *',
  ],
  [
    'Issue one there, then: npx pulumi config set certificateArn <ARN>',
    'Issue one there, then: set certificateArn to <ARN>',
  ],
  [
    'name it: npx pulumi config set hostedZoneId <id>. If DNS is not in Route 53: npx pulumi config set dns false && npx pulumi config set certificateArn <ARN>',
    'name it: set hostedZoneId to <id>. If DNS is not in Route 53: set dns to false and set certificateArn to <ARN>',
  ],
  [
    `Set it with: npx pulumi config set --plaintext --path 'chatTemplates.mine.template' "$(cat template.jinja)"`,
    'Set chatTemplates.mine.template to $(cat template.jinja)',
  ],
  [
    'aws:region is not set. Set it with: npx pulumi config set aws:region us-east-1',
    'region is not set. Set region to us-east-1',
  ],
  ["The stack's config needs a change:", 'The arguments of BedrockGateway need a change:'],
  ['the parameter /bedrock-gateway/models', 'the parameter /bedrock-gateway/models'],
])('%s', (message, advice) => {
  expect(withoutCommands(message)).toBe(advice);
});
