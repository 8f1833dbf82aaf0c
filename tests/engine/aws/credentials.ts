import type { Facts } from './template.ts';

/** The provider's error for a configuration with which it cannot work. */
export function checkCredentials(environment: NodeJS.ProcessEnv, config: Facts): string | undefined {
  if (config['region'] === undefined && environment['AWS_REGION'] === undefined) {
    return 'unable to validate AWS credentials.\nDetails: missing region information\nMake sure you have set your AWS region, e.g. `pulumi config set aws:region us-west-2`.\n';
  }
  if (environment['AWS_ACCESS_KEY_ID'] || environment['AWS_PROFILE'] || config['profile']) return undefined;
  return (
    'No valid credential sources found.\n' +
    'Please see https://www.pulumi.com/registry/packages/aws/installation-configuration/ for more information about providing credentials.\n' +
    'NEW: You can use Pulumi ESC to set up dynamic credentials with AWS OIDC to ensure the correct and valid credentials are used.\n' +
    'Learn more: https://www.pulumi.com/blog/esc-env-run-aws/'
  );
}
