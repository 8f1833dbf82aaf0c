import { invalid, refusedByModel } from '../bedrock-error.ts';
import { asObject } from '../../../json.ts';
import type { RuleInput } from './rule.ts';

type Check = (schema: Readonly<Record<string, unknown>>, index: number) => void;

/** What the families refuse at the root of a tool's schema, each in its own words; deeper down they take it. */
const checks: Readonly<Record<RuleInput['target']['family']['toolSchemas'], Check>> = {
  any: () => {},
  claude: (schema, index) => {
    if (['oneOf', 'allOf', 'anyOf'].some((keyword) => keyword in schema))
      throw refusedByModel(
        `tools.${index}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`,
      );
    const odd = Object.keys(asObject(schema['properties']) ?? {}).find((name) => !propertyNamePattern.test(name));
    if (odd !== undefined)
      throw refusedByModel(
        `tools.${index}.custom.input_schema.properties: Property keys should match pattern '${propertyNamePattern.source}'`,
      );
  },
  nova: (schema, index) => {
    const extra = Object.keys(schema).find((keyword) => !['type', 'properties', 'required'].includes(keyword));
    if (extra !== undefined)
      throw invalid(
        `Malformed input request: #/toolConfig/tools/${index}/toolSpec/inputSchema/json: extraneous key [${extra}] is not permitted, please reformat your input and try again.`,
      );
  },
};

const propertyNamePattern = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Refuses a tool whose schema the family does not take at its root. */
export function toolSchemas({ request, target: { family } }: RuleInput): void {
  const specs = (request.toolConfig?.tools ?? []).flatMap(({ toolSpec }) => toolSpec ?? []);
  specs.forEach(({ inputSchema }, index) => checks[family.toolSchemas](asObject(inputSchema.json) ?? {}, index));
}
