import * as z from 'zod/v4';
import { embeddingFamilyOf } from '../catalog/embedding-families.ts';
import { familyOf } from '../catalog/families.ts';
import { resolve } from '../catalog/resolve.ts';
import { isOpaque } from '../dialects/model-ids.ts';
import type { Services } from '../request-context.ts';
import type { Gateway } from './gateway.ts';

const capability = z.enum(['chat', 'embeddings', 'images', 'documents', 'audio', 'video', 'tools', 'reasoning']);

/** A model that a caller may use. */
export const model = z.object({
  id: z.string().describe('The name by which the other tools take it.'),
  owned_by: z.string().describe('Who makes it, such as anthropic.'),
  capabilities: z.array(capability).optional().describe('What it can do; absent where the gateway cannot tell.'),
});

const list = z.object({ data: z.array(z.object({ id: z.string(), owned_by: z.string() })) });

/** The models that a caller may use. Rejects as the gateway does. */
export async function modelsOf(
  gateway: Gateway,
  services: Pick<Services, 'catalog' | 'backendFacts'>,
  signal: AbortSignal,
): Promise<readonly z.infer<typeof model>[]> {
  const { data } = list.parse(await gateway.ask({ method: 'GET', path: '/v1/models', signal }));
  return data.map(({ id, owned_by }) => ({ id, owned_by, capabilities: capabilitiesOf(id, services) }));
}

/** What the first target of a name can do; undefined where its name does not show what it is. */
function capabilitiesOf(
  name: string,
  { catalog, backendFacts }: Pick<Services, 'catalog' | 'backendFacts'>,
): z.infer<typeof capability>[] | undefined {
  const [target] = resolve(name, catalog, backendFacts).targets;
  const id = target.family ?? target.model;
  if (!target.backend.startsWith('bedrock') || isOpaque(id)) return undefined;
  if (embeddingFamilyOf(id) !== undefined) return ['embeddings'];
  const { images, documents, audio, videos, tools, thinking } = familyOf(id);
  return [
    'chat',
    ...(images ? (['images'] as const) : []),
    ...(documents ? (['documents'] as const) : []),
    ...(audio ? (['audio'] as const) : []),
    ...(videos ? (['video'] as const) : []),
    ...(tools === 'none' ? [] : (['tools'] as const)),
    ...(thinking.form === 'none' ? [] : (['reasoning'] as const)),
  ];
}
