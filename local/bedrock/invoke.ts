import { writeJson } from '../answer/server.ts';
import type { Iam } from '../iam/verify.ts';
import { authorize } from './authenticate.ts';
import { invalid } from './bedrock-error.ts';
import { readJson } from './body.ts';
import { checkParameter } from './constraints.ts';
import type { Call } from './converse.ts';
import { answers } from './embeddings/answers.ts';
import { checkBody } from './embeddings/check.ts';
import type { Region } from './region.ts';
import { callable } from './resolve.ts';

/** InvokeModel, of the embedding models: each takes, and answers with, a body of its own form. */
export function invokeModel(
  { response, body, modelId, caller }: Call,
  { region, iam }: { region: Region; iam: Iam | undefined },
): void {
  checkParameter('InvokeModel', 'modelId', modelId);
  const { model, arns } = callable(modelId, region);
  authorize(caller, { action: 'bedrock:InvokeModel', resources: arns }, iam);
  if (model.embedding === undefined)
    throw invalid('The simulator answers InvokeModel for embedding models only. With this model, converse.');
  const request = readJson(body);
  checkBody(model.embedding, request);
  const { body: answer, tokens, longest } = answers[model.embedding](request);
  if (longest > model.contextTokens) {
    throw invalid(
      `400 Bad Request: Too many input tokens. Max input tokens: ${model.contextTokens}, request input token count: ${longest}`,
    );
  }
  writeJson(response, answer, { headers: { 'x-amzn-bedrock-input-token-count': String(tokens) } });
}
