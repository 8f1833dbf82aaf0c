import type { ResourceType } from './resource-type.ts';

/** The table and the user pool of gateway keys. */
export const keys: Readonly<Record<string, ResourceType>> = {
  'aws:dynamodb/table:Table': {
    label: 'Amazon DynamoDB Table',
    id: '{name}',
    outputs: { arn: 'arn:aws:dynamodb:{region}:{account}:table/{name}' },
    fixed: ['name', 'hashKey', 'rangeKey'],
    autoNamed: 'name',
    unique: { key: 'dynamodb {region} {name}', taken: 'ResourceInUseException: Table already exists: {name}' },
    protection: {
      input: 'deletionProtectionEnabled',
      value: true,
      refused:
        'ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    },
  },
  'aws:cognito/userPool:UserPool': {
    label: 'Cognito User Pool',
    id: '{region}_{random}',
    outputs: { arn: 'arn:aws:cognito-idp:{region}:{account}:userpool/{id}' },
    // The provider cannot change or remove attributes of a pool.
    fixed: ['usernameConfiguration', 'schemas'],
    autoNamed: 'name',
    protection: {
      input: 'deletionProtection',
      value: 'ACTIVE',
      refused:
        'InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    },
  },
};
