import { invalid, refusedByModel } from '../bedrock-error.ts';
import { effortOf, isThinking, thinkingOf } from '../thinking.ts';
import { asObject, asString } from '../wire.ts';
import type { Asked, Rule } from './rule.ts';
import { checkSubset } from './schema-subset.ts';

/** What a family lets its callers tune. */
export const parameterRules: readonly Rule[] = [
  maxTokens,
  sampling,
  stopSequences,
  nativeMembers,
  thinking,
  thinkingSampling,
  nova,
  efforts,
  textFormat,
  guardrail,
  pointers,
];

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];
// Anthropic's smallest thinking budget.
const MIN_BUDGET = 1024;

function maxTokens({ request, target: { model } }: Asked): void {
  const asked = request.inferenceConfig?.maxTokens;
  if (asked === undefined || asked <= model.maxTokens) return;
  throw invalid(
    `The maximum tokens you requested exceeds the model limit of ${model.maxTokens}. Try again with a maximum tokens value that is lower than ${model.maxTokens}.`,
  );
}

function sampling({ request, target: { family } }: Asked): void {
  const { temperature, topP } = request.inferenceConfig ?? {};
  if (family.sampling === 'none' && temperature !== undefined)
    throw refusedByModel('`temperature` is deprecated for this model.');
  if (family.sampling === 'none' && topP !== undefined) throw refusedByModel('`top_p` is deprecated for this model.');
  if (family.sampling === 'no-temperature' && temperature !== undefined)
    throw refusedByModel("Unsupported parameter: 'temperature' is not supported with this model.");
  if (family.sampling === 'single' && temperature !== undefined && topP !== undefined) {
    throw refusedByModel('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  }
}

function stopSequences({ request, target: { family } }: Asked): void {
  const given = request.inferenceConfig?.stopSequences ?? [];
  if (given.length === 0 || family.stopSequences === 'free') return;
  if (family.stopSequences === 'none')
    throw invalid("This model doesn't support the stopSequences field. Remove stopSequences and try again.");
  if (given.some((sequence) => sequence.trim() === ''))
    throw refusedByModel('stop_sequences: each stop sequence must contain non-whitespace');
}

function nativeMembers({ request, target: { family } }: Asked): void {
  if (request.additionalModelRequestFields === undefined) return;
  const fields = asObject(request.additionalModelRequestFields);
  if (fields === undefined)
    throw invalid(
      'The format of the value at additionalModelRequestFields is invalid. Provide a json object for the field and try again.',
    );
  const foreign = Object.keys(fields).find((name) => !family.native.includes(name));
  if (foreign !== undefined) throw refusedByModel(`${foreign}: Extra inputs are not permitted`);
  const choice = asObject(fields['tool_choice']);
  if (choice !== undefined && asString(choice['type']) === undefined)
    throw refusedByModel('tool_choice.type: Field required');
  if (choice !== undefined && request.toolConfig?.tools === undefined)
    throw refusedByModel('tool_choice may only be specified while providing tools');
}

function thinking({ request, target: { family } }: Asked): void {
  const asked = thinkingOf(request);
  if (asked === undefined) return;
  const type = String(asked['type']);
  if (!family.thinking.includes(type)) throw refusedByModel(`"thinking.type.${type}" is not supported for this model.`);
  const effort = effortOf(request);
  if (type === 'disabled' && (effort === 'xhigh' || effort === 'max'))
    throw refusedByModel('thinking: cannot be disabled with effort above high');
  if (type === 'enabled') checkBudget(asked['budget_tokens'], request.inferenceConfig?.maxTokens);
}

function checkBudget(budget: unknown, limit: number | undefined): void {
  if (typeof budget !== 'number' || !Number.isInteger(budget))
    throw refusedByModel('thinking.enabled.budget_tokens: Field required');
  if (budget < MIN_BUDGET)
    throw refusedByModel('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  // The service fills in a default of the model's own where none is given; 4,096 is the smallest of them.
  if (budget >= (limit ?? 4096)) throw refusedByModel('`max_tokens` must be greater than `thinking.budget_tokens`.');
}

function thinkingSampling({ request, target: { family } }: Asked): void {
  if (family.thinking.length === 0 || !isThinking(request, family)) return;
  const { temperature, topP } = request.inferenceConfig ?? {};
  if (temperature !== undefined && temperature !== 1)
    throw refusedByModel('`temperature` may only be set to 1 when thinking is enabled.');
  if (topP !== undefined && topP < 0.95)
    throw refusedByModel('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.');
  if (asObject(request.additionalModelRequestFields)?.['top_k'] !== undefined)
    throw refusedByModel('`top_k` must be unset when thinking is enabled.');
}

function nova({ request }: Asked): void {
  const config = asObject(request.additionalModelRequestFields)?.['reasoningConfig'];
  if (config === undefined) return;
  const { type, maxReasoningEffort } = asObject(config) ?? {};
  const efforts = ['low', 'medium', 'high'];
  if (type !== 'enabled' && type !== 'disabled')
    throw invalid('Malformed input request: #/reasoningConfig/type: must be one of enabled, disabled');
  if (type === 'enabled' && !efforts.includes(String(maxReasoningEffort))) {
    throw invalid(
      'Malformed input request: #/reasoningConfig: required key [maxReasoningEffort] not found, or not one of low, medium, high',
    );
  }
  if (type === 'disabled' && maxReasoningEffort !== undefined)
    throw invalid('Malformed input request: #/reasoningConfig/maxReasoningEffort: not allowed when disabled');
  const tuned = Object.keys(request.inferenceConfig ?? {}).find((name) =>
    ['temperature', 'topP', 'maxTokens'].includes(name),
  );
  if (maxReasoningEffort === 'high' && tuned !== undefined)
    throw invalid(`The ${tuned} field must be unset when maxReasoningEffort is high.`);
}

function efforts({ request, target: { family } }: Asked): void {
  const fields = asObject(request.additionalModelRequestFields) ?? {};
  if (request.outputConfig?.effort !== undefined && !family.effort)
    throw invalid("This model doesn't support the outputConfig.effort field. Remove it and try again.");
  const native = asObject(fields['output_config']);
  if (native?.['effort'] !== undefined && !family.effort)
    throw refusedByModel('output_config.effort: Extra inputs are not permitted');
  if (native?.['format'] !== undefined && !family.jsonFormat)
    throw refusedByModel('output_config.format: Extra inputs are not permitted');
  const effort = effortOf(request);
  if (effort !== undefined && !EFFORTS.includes(effort))
    throw refusedByModel(`effort: Input should be one of ${EFFORTS.join(', ')}`);
  checkOpenAiEffort(fields['reasoning_effort'] ?? asObject(fields['reasoning'])?.['effort'], 'reasoning' in fields);
}

// gpt-oss knows three levels; GPT-5.x also none, minimal and xhigh.
function checkOpenAiEffort(effort: unknown, nested: boolean): void {
  if (effort === undefined) return;
  const known = ['low', 'medium', 'high', ...(nested ? ['none', 'minimal', 'xhigh'] : [])];
  if (!known.includes(String(effort)))
    throw refusedByModel(`reasoning effort: Input should be one of ${known.join(', ')}`);
}

function textFormat({ request, target: { family } }: Asked): void {
  const format = request.outputConfig?.textFormat;
  if (format === undefined) return;
  if (!family.jsonFormat) throw refusedByModel('output_config.format: Extra inputs are not permitted');
  const schema = parsed(format.structure.jsonSchema.schema);
  if (schema === undefined)
    throw invalid(
      'The value at outputConfig.textFormat.structure.jsonSchema.schema is not a JSON Schema object in a string.',
    );
  if (schema['type'] !== 'object')
    throw refusedByModel("output_config.format.schema: the root must be of type 'object'");
  checkSubset(schema, 'output_config.format.schema');
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function guardrail({ request: { guardrailConfig } }: Asked): void {
  if (guardrailConfig === undefined) return;
  const { guardrailIdentifier = '', guardrailVersion = '' } = guardrailConfig;
  if (guardrailIdentifier === '' || guardrailVersion === '')
    throw invalid('The guardrailIdentifier and guardrailVersion fields must be set together.');
}

function pointers({ request }: Asked): void {
  const wrong = request.additionalModelResponseFieldPaths?.find((pointer) => !pointer.startsWith('/'));
  if (wrong !== undefined)
    throw invalid(`The value at additionalModelResponseFieldPaths is not a JSON Pointer: ${wrong}`);
}
