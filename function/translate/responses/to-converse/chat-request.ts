import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { ResponsesRequest } from '../../../dialects/responses-request.gen.ts';
import type { Media } from '../../translation.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { chatInput } from './input.ts';
import type { Origins } from './params.ts';
import { flatNames, type FlatNames } from './flat-names.ts';
import { chatTools } from './tools.ts';

/** A Responses request as a chat, which the translation to Converse is that of. */
export interface AsChat {
  readonly chat: ChatRequest;
  readonly origins: Origins;
  readonly names: FlatNames;
  /** The URLs of files in the input. */
  readonly fileUrls: readonly { readonly url: string; readonly param: string }[];
}

/** What making a chat of a request needs to know of it. */
export interface AsChatOptions {
  readonly family: string;
  readonly media: ReadonlyMap<string, Media>;
  readonly ignored: Set<string>;
}

/** A Responses request as a chat that asks for the same. Throws the ApiError 400 that names the item or tool at fault. */
export function asChat(request: ResponsesRequest, { family, media, ignored }: AsChatOptions): AsChat {
  const names = flatNames();
  const { paths: tools, ...toolFields } = chatTools(request, { names, ignored });
  const fileUrls: { url: string; param: string }[] = [];
  const { messages, paths } = chatInput(request, { family, media, ignored, names, fileUrls });
  const { model, stream, metadata, temperature, top_p, user, safety_identifier, bedrock } = request;
  const { prompt_cache_key, prompt_cache_options } = request;
  const chat = withoutUndefined({
    model,
    messages,
    stream,
    metadata,
    temperature,
    top_p,
    user: user ?? undefined,
    safety_identifier: safety_identifier ?? undefined,
    bedrock,
    prompt_cache_key,
    prompt_cache_options: prompt_cache_options ?? undefined,
    max_completion_tokens: request.max_output_tokens,
    reasoning_effort: request.reasoning?.effort,
    response_format: formatOf(request),
    service_tier: tierOf(request, ignored),
    ...toolFields,
  });
  return { chat, origins: { messages: paths, tools }, names, fileUrls };
}

function formatOf({ text }: ResponsesRequest): ChatRequest['response_format'] | undefined {
  const format = text?.format;
  if (format?.type !== 'json_schema') return format;
  const { type, name, description, schema, strict } = format;
  return { type, json_schema: withoutUndefined({ name, description, schema, strict }) };
}

function tierOf(
  { service_tier: tier }: ResponsesRequest,
  ignored: Set<string>,
): ChatRequest['service_tier'] | undefined {
  if (tier !== 'ultrafast') return tier;
  ignored.add('service_tier');
  return undefined;
}
