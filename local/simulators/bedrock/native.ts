import type { ServerResponse } from 'node:http';
import { writeJson } from '../common/server.ts';
import { faultReader } from '../openai/faults.ts';
import { OpenAIError } from '../openai/openai-error.ts';
import type { Caller, NamedGuardrail } from './authenticate.ts';
import { BedrockError } from './bedrock-error.ts';
import { dailyQuotaMessage } from './faults.ts';
import type { Region } from './region.ts';
import { resolve, type Target } from './resolve.ts';

/** A call of an API of OpenAI's that Bedrock serves itself. */
export interface NativeCall {
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly caller: Caller;
  /** The guardrail that headers name. */
  readonly guardrail: NamedGuardrail | undefined;
}

/** Reads the faults of OpenAI's simulator, with Bedrock's own quota of the day beside them. */
export function nativeFaults(): ReturnType<typeof faultReader> {
  return faultReader({
    'daily-quota': {
      about: 'the tokens of the day are used up',
      error: () =>
        new OpenAIError(dailyQuotaMessage, { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' }),
    },
  });
}

/** Runs a call; errors of the model and of the request are written as OpenAI's. Throws those of AWS's front door. */
export async function withOpenAiErrors({ response }: NativeCall, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof OpenAIError) || response.headersSent) throw error;
    writeJson(response, error.body, error);
  }
}

/** Finds the model that a request names. Throws an OpenAIError where there is none. */
export function nativeTarget(id: string, region: Region): Target {
  try {
    return resolve(id, region);
  } catch (error) {
    if (!(error instanceof BedrockError)) throw error;
    throw new OpenAIError(error.message, {
      status: error.status === 404 ? 404 : 400,
      param: 'model',
      code: 'model_not_found',
    });
  }
}
