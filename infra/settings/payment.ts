import { spendingPolicy } from '../spending-policy.ts';
import { templateNames } from './chat-templates.ts';
import type { ConfigValues } from './config-values.ts';
import { hasCallers } from './gateway-keys.ts';
import { isTaken, targetsOf } from './models.ts';
import { keys } from './keys.ts';
import { appendedList, removeAdvice, setAdvice, setCommand } from './rule.ts';
import type { Rule } from './rule.ts';
import { spendingSettings } from './spending.ts';
import { isBedrockName, isStackPaid } from './targets.ts';
import type { ConfiguredTarget } from './targets.ts';

/** A target with the model name that leads to it. */
interface NamedTarget extends ConfiguredTarget {
  readonly name: string;
}

/** Rules between keys that decide who pays for which models. */
export const paymentRules: readonly ((values: ConfigValues) => Rule[])[] = [
  openAiRules,
  payerRules,
  callerRules,
  guardrailRules,
  templateRules,
  policyRules,
];

/** All targets of the config with the names that lead to them. */
function namedTargets({ models }: Pick<ConfigValues, 'models'>): NamedTarget[] {
  return Object.entries(models).flatMap(([name, entry]) =>
    targetsOf(entry).map(({ backend, model }): NamedTarget => ({ name, backend, model })),
  );
}

function policyRules(values: ConfigValues): Rule[] {
  return [
    [
      policyLength(values) > maxPolicyLength,
      `models leads to more models than the policy of one role has room for (${maxPolicyLength} characters), and callers, gatewayKeys or jwt makes the stack pay for them all. Take names out that nobody needs, or build a second stack`,
    ],
  ];
}

/** Characters that IAM accepts for all inline policies of a role. */
const maxPolicyLength = 10_240;

function policyLength(values: ConfigValues): number {
  const paid = spendingSettings(values);
  // With the longest partition and an account id of the usual length, no deployed policy is longer.
  const place = { partition: 'aws-us-gov', account: '123456789012', region: values.region };
  return paid === undefined ? 0 : JSON.stringify(spendingPolicy(paid, place)).length;
}

const createSecretCommand = 'aws secretsmanager create-secret --name openai --secret-string "$OPENAI_API_KEY"';

function openAiRules(values: ConfigValues): Rule[] {
  const target = namedTargets(values).find(({ backend }) => backend === 'openai');
  // Models of the parameter may need the key.
  const maybeLater = values.modelsParameter !== undefined && values.openaiKeyArn !== undefined;
  const unused = (['openaiBaseUrl', 'openaiKeyArn', 'openaiTimeoutSeconds', 'openaiFetchesUrls'] as const).filter(
    (key) => values.isSet(key),
  );
  return [
    [
      target !== undefined && values.openaiKeyArn === undefined,
      `openaiKeyArn is missing: models has an entry "${target?.name}" whose target begins with openai:, and the key for it is read from Secrets Manager. Store it with: ${createSecretCommand}. ${setAdvice('openaiKeyArn <the ARN that this prints>')}`,
    ],
    ...unused.map((key): Rule => [
      target === undefined && !maybeLater,
      `${key} says something about targets that begin with openai:, and models has none. ${removeAdvice(key)}`,
    ]),
  ];
}

function payerRules(values: ConfigValues): Rule[] {
  const nobody = !hasCallers(values);
  const paid = namedTargets(values).find((target) => isStackPaid(target));
  return [
    [
      nobody && paid !== undefined,
      `callers is missing: models has an entry "${paid?.name}" with a target that begins with ${paid?.backend}:, which the stack pays, so that only callers may use it whom the stack knows, by callers, gatewayKeys or jwt. ${setAdvice(keys.callers.example)}. Or issue keys: ${setCommand(keys.gatewayKeys.example)}`,
    ],
    [
      nobody && values.callersMaySet.length > 0,
      `callersMaySet says something about callers, and there are none. ${removeAdvice('callersMaySet')}`,
    ],
  ];
}

/** Models that callers may use without any way to request them. */
function callerRules(values: ConfigValues): Rule[] {
  const listed = [
    ...values.callers.map(({ id, models }) => ({ key: 'callers', who: id, models })),
    ...values.jwt.map(({ issuer, models }) => ({ key: 'jwt', who: `callers of ${issuer}`, models })),
  ];
  const unknownModels = listed.flatMap(({ key, who, models = [] }) =>
    models.filter((name) => !leadsSomewhere(name, values)).map((name) => ({ key, who, name })),
  );
  return unknownModels.map(({ key, who, name }): Rule => [
    true,
    `${key} lets ${who} use "${name}", which is no entry of models${values.allowUnmappedBedrockModels ? ' and no id of Bedrock' : ''}. ${setAdvice(`--path 'models["${name}"].target' bedrock:<model>`)}`,
  ]);
}

/** Whether a name can be requested; any name may be, if a parameter can add names later. */
function leadsSomewhere(name: string, { models, modelsParameter, allowUnmappedBedrockModels }: ConfigValues): boolean {
  return modelsParameter !== undefined || isTaken(name, models) || (allowUnmappedBedrockModels && isBedrockName(name));
}

function guardrailRules(values: ConfigValues): Rule[] {
  const { guardrail } = values;
  if (guardrail === undefined) return [];
  const region = guardrail.identifier.startsWith('arn:') ? guardrail.identifier.split(':')[3] : undefined;
  const unguarded = namedTargets(values).find(({ backend }) => backend === 'bedrock-openai');
  return [
    [
      !hasCallers(values),
      `guardrail is for the chat models that the stack pays, and without callers, gatewayKeys and jwt it pays nothing. ${removeAdvice('guardrail')}`,
    ],
    [
      unguarded !== undefined,
      `guardrail cannot hold for the entry "${unguarded?.name}" of models: what begins with bedrock-openai: takes none, and the stack would pay for it unguarded. ${setAdvice(`--path 'models["${unguarded?.name}"].target' bedrock:${unguarded?.model}`)}`,
    ],
    [
      region !== undefined && !values.bedrockRegions.includes(region),
      `guardrail is in ${region}, where calls may not go. ${setAdvice(appendedList('bedrockRegions', values.bedrockRegions, region ?? ''))}`,
    ],
  ];
}

function templateRules({ models, chatTemplates }: ConfigValues): Rule[] {
  const known = templateNames(chatTemplates);
  return Object.entries(models).map(([name, { chatTemplate }]) => [
    chatTemplate !== undefined && !known.includes(chatTemplate),
    `models has an entry "${name}" whose chatTemplate is none of ${known.join(', ')}. ${setAdvice(`--path 'chatTemplates["${chatTemplate}"].template' "$(cat template.jinja)"`)}`,
  ]);
}
