import { writeJson } from '../common/server.ts';
import type { Iam } from '../../iam/verify.ts';
import type { Call } from './answering.ts';
import { authorize } from './authenticate.ts';
import { invalid } from './bedrock-error.ts';
import { readJson } from './body.ts';
import { bodyOf, checkParameter } from './constraints.ts';
import { readMessages } from './messages/read.ts';
import { modelArn, type Region } from './region.ts';
import { resolve, type Target } from './resolve.ts';
import { check } from './rules/check.ts';
import { tokensOf } from './tokens.ts';
import type { ConverseRequest, CountTokens } from './wire.ts';

/**
 * CountTokens: of Claude under its own id or ARN alone, neither by a profile nor where only profiles reach it. Throws a
 * BedrockError.
 */
export function countTokens(
  { body, modelId, response, caller }: Call,
  { region, iam }: { region: Region; iam: Iam | undefined },
): void {
  const { input } = bodyOf('CountTokens', readJson(body));
  checkParameter('CountTokens', 'modelId', modelId);
  const model = region.models.find(({ id }) => id === modelId || modelArn(region.name, id) === modelId);
  if (model?.provider !== 'Anthropic' || !model.reach.includes('on-demand'))
    throw invalid("The provided model doesn't support counting tokens.");
  authorize(caller, { action: 'bedrock:CountTokens', resources: [modelArn(region.name, model.id)] }, iam);
  writeJson(response, { inputTokens: tokensOf(requestOf(input, resolve(modelId, region))) });
}

function requestOf({ converse, invokeModel }: CountTokens['input'], target: Target): ConverseRequest {
  if (invokeModel !== undefined)
    return readMessages(readJson(Buffer.from(invokeModel.body, 'base64')), { target, streamed: false });
  const request = converse ?? {};
  check({ request, target, streamed: false });
  return request;
}
