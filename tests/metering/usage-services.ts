import type { RoleCredentials } from '../../function/config.ts';
import { createUsageTable, type UsageTable } from '../../function/metering/usage-table.ts';
import { readPolicy } from '../../local/iam/policy.ts';
import { createIam } from '../../local/iam/verify.ts';
import type { CallFaults } from '../../local/simulators/common/aws-json.ts';
import { dynamoDbSimulator } from '../../local/simulators/dynamodb/simulator.ts';

const region = 'us-east-1';
const tableName = 'usage';
const tableArn = `arn:aws:dynamodb:${region}:123456789012:table/${tableName}`;
const roleArn = 'arn:aws:iam::123456789012:role/function';

/** A local DynamoDB with the usage table of a stack, which its functions may only update. */
export interface UsageServices {
  readonly url: string;
  readonly credentials: RoleCredentials;
  /** The table as one environment of a function has it, with how long its second tries would have waited. */
  readonly environment: (url?: string) => UsageTable & { readonly waits: number[] };
  readonly close: () => Promise<void>;
}

/** Starts the simulator; `faults` decides what goes wrong with a call. */
export async function usageServices(faults?: CallFaults): Promise<UsageServices> {
  const Statement = [{ Effect: 'Allow', Action: ['dynamodb:UpdateItem'], Resource: [tableArn] }];
  const policies = [readPolicy(JSON.stringify({ Statement }))];
  const iam = createIam({ roles: [{ arn: roleArn, trust: { statements: [] }, policies }] });
  const dynamodb = await dynamoDbSimulator.start({
    iam,
    region,
    tables: [
      { name: tableName, arn: tableArn, hashKey: { name: 'pk', type: 'S' }, rangeKey: { name: 'sk', type: 'S' } },
    ],
    ...(faults && { faults }),
  });
  const credentials = iam.issue(roleArn);
  return {
    url: dynamodb.url,
    credentials,
    environment(url = dynamodb.url) {
      const waits: number[] = [];
      const wait = (ms: number) => Promise.resolve(void waits.push(ms));
      const options = { table: tableName, region, credentials, endpoint: url, now: Date.now, random: () => 0.5, wait };
      return { ...createUsageTable(options), waits };
    },
    close: () => dynamodb.close(),
  };
}
