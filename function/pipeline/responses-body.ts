import type { JsonBody } from '../http/body.ts';
import type { ResponsesRequest } from '../dialects/responses-request.gen.ts';
import { mediaOfResponses } from '../translate/responses/to-converse/media.ts';
import { responsesError } from '../translate/responses/to-converse/params.ts';
import type { TranslationContext } from '../translate/translation.ts';
import { readMedia, type NamedMedia } from './media.ts';
import type { RoutedRequest } from './route.ts';

/** The body of a request of the Responses API. */
export interface ResponsesBody extends JsonBody {
  /** Whether the answer is stored, so that its reasoning items must carry what the next turn needs, whatever the client wants to see. */
  readonly isStored?: boolean;
}

const encryptedContent = 'reasoning.encrypted_content';

/** Whether a request asks for what reasoning items carry. */
export function asksEncrypted({ include }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(include) && include.includes(encryptedContent);
}

/** What a request asks for beside the answer, with what reasoning items carry. */
export function includesEncrypted(include: readonly string[] | null = []): string[] {
  return [...new Set([...(include ?? []), encryptedContent])];
}

/** Runs a check of a chat's fields; its refusals name those of a Responses request. Throws what the check throws. */
export function inResponsesWords(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw responsesError(error, { messages: [], tools: [] });
  }
}

/** Parts that name media, however the rest of the body is. */
const mediaPart = /"input_(?:image|file)"/;

/** The media that a Responses request names by URL, and its stored files. Where the family takes no images, none is fetched. */
export function mediaOfInput(
  routed: RoutedRequest<JsonBody>,
  { request, family, stackPays = false }: TranslationContext<ResponsesRequest>,
): NamedMedia | Promise<NamedMedia> {
  if (!mediaPart.test(routed.request.body.text)) return {};
  const { urls, files } = mediaOfResponses(request, family);
  if (urls.length + files.length === 0) return {};
  // Bedrock reads the stack's bucket with what signs the call, and a caller's own key may not read it.
  return readMedia(routed, { urls, files, mayStay: stackPays && family.videos });
}
