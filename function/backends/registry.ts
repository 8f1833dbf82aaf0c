import type { Backend } from './backend.ts';
import { bedrockOpenAi } from './bedrock-openai/module.ts';
import { bedrock } from './bedrock/module.ts';
import type { BackendModule, BackendDependencies } from './module.ts';
import { openai } from './openai/module.ts';
import { sagemaker } from './sagemaker/module.ts';

/** Every backend, by the word that targets start with. A new one is a folder and a line here (docs/adding-a-backend.md). */
export const backends = {
  bedrock,
  'bedrock-openai': bedrockOpenAi,
  openai,
  sagemaker,
} as const satisfies Readonly<Record<string, BackendModule>>;

/** The names of the backends, as targets begin with them. */
export type BackendName = keyof typeof backends;

/** Creates every backend. The returned lookup throws for a name that is not in the registry; a checked catalog has none. */
export function createBackends(dependencies: BackendDependencies): (name: string) => Backend {
  const made = new Map(Object.entries(backends).map(([name, { create }]) => [name, create(dependencies)] as const));
  return (name) => {
    const backend = made.get(name);
    if (backend === undefined) throw new Error('a target names a backend that was not checked');
    return backend;
  };
}
