import path from 'node:path';
import { installPeer } from './peers.ts';

/** AWS's own runtime client. The addon is built from sources when it is installed, which takes cmake and a C++ compiler. */
const runtimeClient = {
  name: 'aws-lambda-ric',
  version: '4.0.2',
  file: 'rapid-client.node',
  scripts: true,
};

/** Version of the runtime client that is measured. */
export const runtimeClientVersion = runtimeClient.version;

/** Installs the runtime client, once, and gives the path of its program. Rejects where it cannot be built. */
export async function installRuntimeClient(root: string): Promise<string> {
  return path.join(path.dirname(await installPeer(root, runtimeClient)), 'index.mjs');
}
