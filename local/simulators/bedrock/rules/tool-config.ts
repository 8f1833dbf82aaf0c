import { Ajv2020 } from 'ajv/dist/2020.js';
import { invalid, refusedByModel } from '../bedrock-error.ts';
import { isThinking } from '../thinking.ts';
import { asObject } from '../../../json.ts';
import type { ToolSpec } from '../wire.ts';
import type { RuleInput, Rule } from './rule.ts';
import { checkSubset } from './schema-subset.ts';
import { strictLimits } from './strict-limits.ts';
import { toolSchemas } from './tool-schemas.ts';

/** The tools on offer and how they are to be chosen. */
export const toolConfigRules: readonly Rule[] = [
  familyTakesTools,
  specifications,
  toolSchemas,
  strictLimits,
  choice,
  choiceWhileThinking,
];

// Only its meta schema is used: what is a JSON Schema at all.
const ajv = new Ajv2020({ strict: false, logger: false });

function familyTakesTools({ request, target, streamed }: RuleInput): void {
  if (request.toolConfig === undefined) return;
  if (target.family.tools === 'none') throw invalid("This model doesn't support tool use.");
  if (target.family.tools === 'whole' && streamed)
    throw invalid("This model doesn't support tool use in streaming mode.");
}

function specifications({ request, target }: RuleInput): void {
  const tools = request.toolConfig?.tools ?? [];
  if (tools.some(({ systemTool }) => systemTool !== undefined))
    throw invalid("This model doesn't support the system tool that you provided.");
  const specs = tools.map(({ toolSpec }) => toolSpec).filter((spec) => spec !== undefined);
  if (request.toolConfig !== undefined && specs.length === 0)
    throw invalid('The toolConfig.tools field must contain at least one toolSpec.');
  if (new Set(specs.map(({ name }) => name)).size < specs.length)
    throw refusedByModel('tools: Tool names must be unique.');
  specs.forEach((spec, index) =>
    checkSpec(spec, { at: `toolConfig.tools.${index}.toolSpec`, strict: target.family.strictTools }),
  );
}

function checkSpec(spec: ToolSpec, { at, strict }: { at: string; strict: boolean }): void {
  if (spec.description?.trim() === '')
    throw invalid(`The description at ${at} is blank. Add a description or remove the field and try again.`);
  checkInputSchema(spec.inputSchema.json, at);
  if (spec.strict === undefined) return;
  if (!strict) throw refusedByModel(`tools.0.custom.strict: Extra inputs are not permitted`);
  if (spec.strict) checkSubset(spec.inputSchema.json, `${at}.inputSchema.json`);
}

function checkInputSchema(value: unknown, at: string): void {
  const schema = asObject(value);
  if (schema === undefined)
    throw invalid(
      `The format of the value at ${at}.inputSchema.json is invalid. Provide a json object for the field and try again.`,
    );
  if (schema['type'] !== 'object')
    throw invalid(`The value at ${at}.inputSchema.json.type must be one of the following: object.`);
  const { $schema: _draft, ...rest } = schema;
  if (ajv.validateSchema(rest) !== true) {
    throw refusedByModel(
      `${at}.inputSchema: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12).`,
    );
  }
}

function choice({ request, target }: RuleInput): void {
  const { toolChoice, tools = [] } = request.toolConfig ?? {};
  if (toolChoice === undefined) return;
  const kind = choiceOf(toolChoice);
  if (!target.family.choices.includes(kind)) {
    throw invalid(
      `This model doesn't support the toolConfig.toolChoice.${kind} field. Remove toolConfig.toolChoice.${kind} and try again.`,
    );
  }
  const name = toolChoice.tool?.name;
  if (name !== undefined && !tools.some(({ toolSpec }) => toolSpec?.name === name)) {
    throw invalid(
      `The toolChoice tool name ${name} is not one of the tools in toolConfig.tools. Provide the name of a defined tool and try again.`,
    );
  }
}

function choiceWhileThinking({ request, target }: RuleInput): void {
  const chosen = request.toolConfig?.toolChoice;
  if (chosen === undefined || !isThinking(request, target.family)) return;
  if (!target.family.choicesWhileThinking.includes(choiceOf(chosen)) && target.family.thinking.length > 0) {
    throw refusedByModel('Thinking may not be enabled when tool_choice forces tool use.');
  }
}

function choiceOf(toolChoice: object): 'auto' | 'any' | 'tool' {
  if ('any' in toolChoice) return 'any';
  return 'tool' in toolChoice ? 'tool' : 'auto';
}
