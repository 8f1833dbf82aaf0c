import { invalid, refusedByModel } from '../bedrock-error.ts';
import { asArray, asObject, asString, parsed } from '../../../json.ts';
import type { RuleInput, Rule } from './rule.ts';
import { checkSubset } from './schema-subset.ts';

/** What a family lets its callers tune. */
export const parameterRules: readonly Rule[] = [
  maxTokens,
  sampling,
  stopSequences,
  nativeMembers,
  textFormat,
  guardrail,
  pointers,
];

function maxTokens({ request, target: { model } }: RuleInput): void {
  const asked = request.inferenceConfig?.maxTokens;
  if (asked === undefined || asked <= model.maxTokens) return;
  throw invalid(
    `The maximum tokens you requested exceeds the model limit of ${model.maxTokens}. Try again with a maximum tokens value that is lower than ${model.maxTokens}.`,
  );
}

function sampling({ request, target: { family } }: RuleInput): void {
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

function stopSequences({ request, target: { family } }: RuleInput): void {
  const given = request.inferenceConfig?.stopSequences ?? [];
  if (given.length === 0 || family.stopSequences === 'free') return;
  if (family.stopSequences === 'none')
    throw invalid("This model doesn't support the stopSequences field. Remove stopSequences and try again.");
  if (given.some((sequence) => sequence.trim() === ''))
    throw refusedByModel('stop_sequences: each stop sequence must contain non-whitespace');
}

function nativeMembers({ request, target: { family } }: RuleInput): void {
  if (request.additionalModelRequestFields === undefined) return;
  const fields = asObject(request.additionalModelRequestFields);
  if (fields === undefined)
    throw invalid(
      'The format of the value at additionalModelRequestFields is invalid. Provide a json object for the field and try again.',
    );
  const foreign = Object.keys(fields).find((name) => !family.native.includes(name));
  if (foreign !== undefined) throw refusedByModel(`${foreign}: Extra inputs are not permitted`);
  const betas = asArray(fields['anthropic_beta']) ?? [fields['anthropic_beta']];
  const unknown = betas.find((beta) => beta !== undefined && !family.betas.some((known) => known === beta));
  if (unknown !== undefined) throw refusedByModel('invalid beta flag');
  const choice = asObject(fields['tool_choice']);
  if (choice !== undefined && asString(choice['type']) === undefined)
    throw refusedByModel('tool_choice.type: Field required');
  if (choice !== undefined && request.toolConfig?.tools === undefined)
    throw refusedByModel('tool_choice may only be specified while providing tools');
}

function textFormat({ request, target: { family } }: RuleInput): void {
  const format = request.outputConfig?.textFormat;
  if (format === undefined) return;
  if (!family.jsonFormat) throw refusedByModel('output_config.format: Extra inputs are not permitted');
  const schema = asObject(parsed(format.structure.jsonSchema.schema));
  if (schema === undefined)
    throw invalid(
      'The value at outputConfig.textFormat.structure.jsonSchema.schema is not a JSON Schema object in a string.',
    );
  if (schema['type'] !== 'object')
    throw refusedByModel("output_config.format.schema: the root must be of type 'object'");
  checkSubset(schema, 'output_config.format.schema');
}

function guardrail({ request: { guardrailConfig } }: RuleInput): void {
  if (guardrailConfig === undefined) return;
  const { guardrailIdentifier = '', guardrailVersion = '' } = guardrailConfig;
  if (guardrailIdentifier === '' || guardrailVersion === '')
    throw invalid('The guardrailIdentifier and guardrailVersion fields must be set together.');
}

function pointers({ request }: RuleInput): void {
  const wrong = request.additionalModelResponseFieldPaths?.find((pointer) => !pointer.startsWith('/'));
  if (wrong !== undefined)
    throw invalid(`The value at additionalModelResponseFieldPaths is not a JSON Pointer: ${wrong}`);
}
