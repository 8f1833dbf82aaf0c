import type { RoleCredentials } from '../../function/config.ts';
import type { StoreOptions } from '../../function/keys/store.ts';
import { readPolicy } from '../../local/iam/policy.ts';
import { createIam } from '../../local/iam/verify.ts';
import type { CallFaults } from '../../local/simulators/common/aws-json.ts';
import { cognitoSimulator } from '../../local/simulators/cognito/simulator.ts';
import { dynamoDbSimulator } from '../../local/simulators/dynamodb/simulator.ts';

export const region = 'us-east-1';
export const tableName = 'keys';
export const userPoolId = 'us-east-1_Example1';

/** What goes wrong with the services, as a test says. */
export interface Faults {
  dynamodb?: CallFaults;
  cognito?: CallFaults;
  /** How many keys a BatchGetItem reads. */
  mostKeys?: number;
}

/** DynamoDB and Cognito, with the table and the pool of a stack. */
export interface KeyServices {
  readonly dynamodb: string;
  readonly cognito: string;
  /** Credentials of the role that may use both as the stack allows it, or of one that may use neither. */
  readonly credentials: (role?: 'manager' | 'nobody') => RoleCredentials;
  readonly close: () => Promise<void>;
}

const tableArn = `arn:aws:dynamodb:${region}:123456789012:table/${tableName}`;
const poolArn = `arn:aws:cognito-idp:${region}:123456789012:userpool/${userPoolId}`;

const statements = {
  manager: [
    {
      Effect: 'Allow',
      Action: ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'Query'].map((each) => `dynamodb:${each}`),
      Resource: [tableArn],
    },
    {
      Effect: 'Allow',
      Action: ['AdminCreateUser', 'AdminUpdateUserAttributes', 'ListUsers'].map((each) => `cognito-idp:${each}`),
      Resource: [poolArn],
    },
  ],
  nobody: [],
};

const text = { type: 'String', isMutable: true, min: 0 } as const;
const number = { type: 'Number', isMutable: true, min: 0, max: Number.MAX_SAFE_INTEGER } as const;

/** Starts both simulators. */
export async function keyServices(faults: Faults = {}): Promise<KeyServices> {
  const arnOf = (role: string) => `arn:aws:iam::123456789012:role/${role}`;
  const roles = Object.entries(statements).map(([name, Statement]) => ({
    arn: arnOf(name),
    trust: { statements: [] },
    policies: [readPolicy(JSON.stringify({ Statement }))],
  }));
  const iam = createIam({ roles });
  const dynamodb = await dynamoDbSimulator.start({
    iam,
    region,
    tables: [
      { name: tableName, arn: tableArn, hashKey: { name: 'pk', type: 'S' }, rangeKey: { name: 'sk', type: 'S' } },
    ],
    faults: (call) => faults.dynamodb?.(call),
    mostKeys: () => faults.mostKeys,
  });
  const cognito = await cognitoSimulator.start({
    iam,
    region,
    userPools: [
      {
        id: userPoolId,
        arn: poolArn,
        isCaseSensitive: true,
        attributes: [
          { ...text, name: 'custom:project', max: 12 },
          { ...text, name: 'custom:account', max: 12 },
          { ...text, name: 'custom:sha256', max: 64 },
          { ...text, name: 'custom:state', max: 16 },
          { ...text, name: 'custom:scopes', max: 256 },
          { ...number, name: 'custom:expires' },
          { ...number, name: 'custom:version' },
        ],
      },
    ],
    faults: (call) => faults.cognito?.(call),
  });
  return {
    dynamodb: dynamodb.url,
    cognito: cognito.url,
    credentials: (role = 'manager') => iam.issue(arnOf(role)),
    close: async () => {
      await Promise.all([dynamodb.close(), cognito.close()]);
    },
  };
}

/** Options of a store whose tries wait for nothing, with what it logs and how long it would have waited. */
export function storeOptions(
  endpoint: string,
  credentials: RoleCredentials,
): StoreOptions & { readonly lines: object[]; readonly waits: number[] } {
  const lines: object[] = [];
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  return {
    region,
    credentials,
    endpoint,
    log: (fields) => lines.push(fields),
    retry: { random: () => 1, wait },
    lines,
    waits,
  };
}
