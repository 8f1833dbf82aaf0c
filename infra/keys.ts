import { createHash } from 'node:crypto';

import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';

import { deploymentKeyId, keyText, secretLength, shortIdLength } from '../function/keys/key-text.ts';
import { physicalName, tags } from './naming.ts';
import type { GatewayKeySettings } from './settings/gateway-keys.ts';
import { tableShape } from './table.ts';

/** What a function does with gateway keys: it checks those of requests, or also manages them, as one function does. */
export type KeyUse = 'check' | 'manage';

/** Actions on the key table, by use. Records are marked and never removed, so nothing may be deleted. */
export const tableActions: Readonly<Record<KeyUse, readonly string[]>> = {
  check: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
  // TransactWriteItems has no action of its own: IAM asks for those of its parts.
  manage: [
    'dynamodb:BatchGetItem',
    'dynamodb:ConditionCheckItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
  ],
};

/** Actions on the user pool of the function that manages keys; the other function does not know the pool. */
export const userPoolActions: readonly string[] = [
  'cognito-idp:AdminCreateUser',
  'cognito-idp:AdminUpdateUserAttributes',
  'cognito-idp:ListUsers',
];

/** Arguments of the store of gateway keys. */
export interface KeyStoreArgs extends GatewayKeySettings {
  /** Whether AWS refuses to delete the table and the user pool. */
  readonly deletionProtection: boolean;
}

/**
 * Where gateway keys are kept: a table with projects, service accounts and keys, which requests are checked against, a user pool as
 * their directory, and the first admin key, of which only the hash of its secret reaches the functions.
 */
export class KeyStore extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  readonly userPoolId: pulumi.Output<string>;
  readonly userPoolArn: pulumi.Output<string>;
  /** SHA-256 of the secret of the first admin key, in hex. The secret has 256 random bits, so nobody can guess it by the hash. */
  readonly adminSha256: pulumi.Output<string>;
  /** The first admin key, encrypted in the state. */
  readonly adminKey: pulumi.Output<string>;

  constructor(name: string, settings: KeyStoreArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:KeyStore', name, {}, options);
    const { stack, adminGeneration, deletionProtection } = settings;
    const password = new random.RandomPassword(
      `${name}-admin`,
      { length: secretLength, special: false, keepers: { generation: String(adminGeneration) } },
      { parent: this },
    );
    // What depends on it is deleted first: where AWS refuses that, the state keeps the first admin key.
    const afterPassword = { parent: this, dependsOn: [password] };
    const table = new aws.dynamodb.Table(name, tableShape('keys', deletionProtection), afterPassword);
    const userPool = new aws.cognito.UserPool(name, userPoolShape(deletionProtection), afterPassword);
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.userPoolId = userPool.id;
    this.userPoolArn = userPool.arn;
    this.adminSha256 = pulumi.unsecret(
      password.result.apply((text) => createHash('sha256').update(text).digest('hex')),
    );
    const keyId = deploymentKeyId(adminGeneration);
    this.adminKey = pulumi.secret(password.result.apply((secret) => keyText({ stack, keyId, secret })));
    this.registerOutputs({ tableName: this.tableName, userPoolId: this.userPoolId });
  }
}

/** A pool that nobody can sign in to or sign up for: it has no app client, and only the function makes users. */
function userPoolShape(deletionProtection: boolean): aws.cognito.UserPoolArgs {
  return {
    name: physicalName('keys'),
    userPoolTier: 'LITE', // the higher tiers sell ways to sign in
    usernameConfiguration: { caseSensitive: true }, // usernames are the ids of keys, in base 62
    adminCreateUserConfig: { allowAdminCreateUserOnly: true },
    accountRecoverySetting: { recoveryMechanisms: [{ name: 'admin_only', priority: 1 }] },
    schemas: [
      textAttribute('project', shortIdLength),
      textAttribute('account', shortIdLength),
      textAttribute('sha256', 64),
      textAttribute('state', 16),
      textAttribute('scopes', 256),
      numberAttribute('expires'),
      numberAttribute('version'),
    ],
    deletionProtection: deletionProtection ? 'ACTIVE' : 'INACTIVE',
    tags: tags(),
  };
}

/** The members that AWS fills in are all written down: the provider would replace the pool for one that it finds beyond them. */
const attribute = { mutable: true, required: false, developerOnlyAttribute: false };

function textAttribute(name: string, maxLength: number): aws.types.input.cognito.UserPoolSchema {
  const stringAttributeConstraints = { minLength: '0', maxLength: String(maxLength) };
  return { ...attribute, name, attributeDataType: 'String', stringAttributeConstraints };
}

function numberAttribute(name: string): aws.types.input.cognito.UserPoolSchema {
  const numberAttributeConstraints = { minValue: '0', maxValue: String(Number.MAX_SAFE_INTEGER) };
  return { ...attribute, name, attributeDataType: 'Number', numberAttributeConstraints };
}
