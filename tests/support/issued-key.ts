import OpenAI from 'openai';
import type { Served } from './gateway.ts';

const issued = new WeakMap<Served, Promise<string>>();

/** A gateway key that a running stack has issued, the same for all tests of the stack. */
export function issuedKey(gateway: Served): Promise<string> {
  const made = issued.get(gateway) ?? issue(gateway);
  issued.set(gateway, made);
  return made;
}

async function issue({ baseUrl, adminKey }: Served): Promise<string> {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: 'unused', adminAPIKey: adminKey, maxRetries: 0 });
  const { projects } = client.admin.organization;
  const { id } = await projects.create({ name: 'Clients' });
  const { api_key: key } = await projects.serviceAccounts.create(id, { name: 'tests' });
  if (!key) throw new Error('the service account came without a key');
  return key.value;
}
