import { asObject, asString } from '../../json.ts';
import { invalid } from '../bedrock/bedrock-error.ts';
import { readJson } from '../bedrock/body.ts';
import { readMessages } from '../bedrock/messages/read.ts';
import { tokensOf } from '../bedrock/tokens.ts';
import type { MantleModel } from './models.ts';

/** The fields of a request to count tokens (Anthropic's API reference, "Count tokens in a Message"). */
const fields: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
]);

/** The count of the tokens of a request of Anthropic's Messages. Throws a BedrockError for a request that is refused. */
export function countTokens(
  body: Buffer,
  version: string | undefined,
  models: ReadonlyMap<string, MantleModel>,
): { readonly input_tokens: number } {
  if (version === undefined) throw invalid('anthropic-version: header is required');
  if (version !== '2023-06-01') throw invalid(`anthropic-version: "${version}" is not a valid version`);
  const request = readJson(body);
  const foreign = Object.keys(request).find((name) => !fields.has(name));
  if (foreign !== undefined) throw invalid(`${foreign}: Extra inputs are not permitted`);
  const { model: id, output_config: output, ...rest } = request;
  const name = asString(id);
  if (name === undefined) throw invalid('model: Field required');
  const found = models.get(name);
  if (found?.target.model.provider !== 'Anthropic')
    throw invalid(`The model '${name}' does not support the '/anthropic/v1/messages' API`);
  // The endpoint refuses formats of answers (Bedrock user guide, "Anthropic Messages API").
  if (asObject(output)?.['format'] !== undefined) throw invalid('output_config.format: Extra inputs are not permitted');
  const { target } = found;
  const asked = { ...rest, max_tokens: target.model.maxTokens, anthropic_version: 'bedrock-2023-05-31' };
  const whole = output === undefined ? asked : { ...asked, output_config: output };
  return { input_tokens: tokensOf(readMessages(whole, { target, streamed: false })) };
}
