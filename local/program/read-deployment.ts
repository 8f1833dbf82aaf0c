import type { Api, Deployment, Domain } from '../deployment.ts';
import { readBuckets } from './buckets.ts';
import { Collection, type Entry } from './collection.ts';
import type { Resource } from './evaluate.ts';
import { readFunctions } from './functions.ts';
import { readHttpApis } from './http-apis.ts';
import { DeclarationError } from './inputs.ts';
import { readRestApis } from './rest-apis.ts';
import { readRoles } from './roles.ts';
import { readTables } from './tables.ts';
import { readTopics } from './topics.ts';
import { readUserPools } from './user-pools.ts';

/** Settings for reading a deployment. */
export interface ReadOptions {
  readonly region: string;
  /** Where the code of the functions is unpacked to. */
  readonly folder: string;
}

/** What the resources of a program add up to. Throws a DeclarationError. */
export async function readDeployment(
  resources: readonly Resource[],
  { region, folder }: ReadOptions,
): Promise<Deployment> {
  const collection = new Collection(resources);
  const roles = readRoles(collection);
  const functions = await readFunctions(collection, { folder, roles });
  const stores = {
    tables: readTables(collection),
    userPools: readUserPools(collection),
    topics: readTopics(collection),
    buckets: readBuckets(collection),
  };
  const declarations = { collection, functions };
  const apis = [...readHttpApis(declarations), ...readRestApis(declarations)];
  const [name, ...others] = collection.all('domainName');
  if (others[0]) throw new DeclarationError(others[0].resource, 'the local stack serves one domain');
  if (name) return { region, roles, functions, ...stores, apis, domain: readDomain(name, { collection, apis }) };
  checkOpen(collection, apis);
  return { region, roles, functions, ...stores, apis };
}

function readDomain(
  { resource, inputs }: Entry,
  { collection, apis }: { collection: Collection; apis: readonly Api[] },
): Domain {
  const mappings = collection.of('apiMapping', ['domainName', resource.id]).map((mapping) => {
    const api = apis.find(({ id }) => id === mapping.inputs.text('apiId'));
    if (!api) throw new DeclarationError(mapping.resource, 'there is no such API');
    if (mapping.inputs.text('stage') !== api.stage) throw new DeclarationError(mapping.resource, 'no such stage');
    return { key: mapping.inputs.optionalText('apiMappingKey') ?? '', api };
  });
  return { name: inputs.text('domainName'), mappings };
}

/** Without a domain the API's own host must answer, and there can be but one on this port. */
function checkOpen(collection: Collection, apis: readonly Api[]): void {
  const entries = [...collection.all('httpApi'), ...collection.all('restApi')];
  const shut = entries.find(({ resource }) => resource.inputs['disableExecuteApiEndpoint'] === true);
  if (shut) throw new DeclarationError(shut.resource, 'its own address is off, and there is no domain');
  if (apis.length !== 1) throw new Error(`without a domain there must be one API; the program declares ${apis.length}`);
}
