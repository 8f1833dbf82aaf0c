import { accountId } from './stand-in.ts';
import type { Facts } from './template.ts';

/** The provider's error for a configuration with which it cannot work. */
export function checkCredentials(environment: NodeJS.ProcessEnv, config: Facts): string | undefined {
  if (config['region'] === undefined && environment['AWS_REGION'] === undefined) {
    return 'unable to validate AWS credentials.\nDetails: missing region information\nMake sure you have set your AWS region, e.g. `pulumi config set aws:region us-west-2`.\n';
  }
  if (environment['AWS_ACCESS_KEY_ID'] || environment['AWS_PROFILE'] || config['profile']) return wrongAccount(config);
  return (
    'No valid credential sources found.\n' +
    'Please see https://www.pulumi.com/registry/packages/aws/installation-configuration/ for more information about providing credentials.\n' +
    'NEW: You can use Pulumi ESC to set up dynamic credentials with AWS OIDC to ensure the correct and valid credentials are used.\n' +
    'Learn more: https://www.pulumi.com/blog/esc-env-run-aws/'
  );
}

/** The error for an account that the config does not allow: that of the last role that is assumed, or of the credentials themselves. */
function wrongAccount(config: Facts): string | undefined {
  const roles = list(config['assumeRoles']) as readonly { readonly roleArn: string }[];
  const account = roles.at(-1)?.roleArn.split(':')[4] ?? accountId;
  const allowed = list(config['allowedAccountIds']);
  return allowed.length === 0 || allowed.includes(account) ? undefined : `AWS account ID not allowed: ${account}`;
}

/** A list in the provider's config, which the engine hands over as JSON. */
function list(value: unknown): readonly unknown[] {
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return Array.isArray(parsed) ? parsed : [];
}
