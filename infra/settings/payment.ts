import { spendingPolicy } from '../spending-policy.ts';
import { templateNames } from './chat-templates.ts';
import type { Given } from './given.ts';
import { isTaken, targetsOf } from './models.ts';
import { keys } from './keys.ts';
import { longer, remove, set } from './rule.ts';
import type { Rule } from './rule.ts';
import { spending } from './spending.ts';
import { isBedrockName, isStackPaid } from './targets.ts';
import type { ConfiguredTarget } from './targets.ts';

/** A name of the catalog, and one of the targets that it leads to. */
interface Way extends ConfiguredTarget {
  readonly name: string;
}

/** What has to hold of keys that say whose money is spent on what. */
export function payment(given: Given): Rule[] {
  const ways = Object.entries(given.models).flatMap(([name, entry]) =>
    targetsOf(entry).map(({ backend, model }): Way => ({ name, backend, model })),
  );
  return [
    ...openAiRules(given, ways),
    ...callerRules(given, ways),
    ...guardrailRules(given, ways),
    ...templateRules(given),
    [
      policyLength(given) > POLICY_LIMIT,
      `models leads to more models than the policy of one role has room for (${POLICY_LIMIT} characters), and callers makes the stack pay for them all. Take names out that nobody needs, or build a second stack`,
    ],
  ];
}

/** What IAM takes for all policies inside of a role. */
const POLICY_LIMIT = 10_240;

function policyLength(given: Given): number {
  const paid = spending(given);
  // The longest partition, and as many digits as every account has: what is deployed is no longer.
  const place = { partition: 'aws-us-gov', account: '123456789012', region: given.region };
  return paid === undefined ? 0 : JSON.stringify(spendingPolicy(paid, place)).length;
}

const CREATE_SECRET = 'aws secretsmanager create-secret --name openai --secret-string "$OPENAI_API_KEY"';

function openAiRules(given: Given, ways: readonly Way[]): Rule[] {
  const way = ways.find(({ backend }) => backend === 'openai');
  // Names that come by the parameter may want the key.
  const maybeLater = given.modelsParameter !== undefined && given.openaiKeyArn !== undefined;
  const unused = (['openaiBaseUrl', 'openaiKeyArn', 'openaiTimeoutSeconds', 'openaiFetchesUrls'] as const).filter(
    (key) => given.isSet(key),
  );
  return [
    [
      way !== undefined && given.openaiKeyArn === undefined,
      `openaiKeyArn is missing: models has an entry "${way?.name}" whose target begins with openai:, and the key for it is read from Secrets Manager. Store it with: ${CREATE_SECRET}. ${set('openaiKeyArn <the ARN that this prints>')}`,
    ],
    ...unused.map((key): Rule => [
      way === undefined && !maybeLater,
      `${key} says something about targets that begin with openai:, and models has none. ${remove(key)}`,
    ]),
  ];
}

function callerRules(given: Given, ways: readonly Way[]): Rule[] {
  const nobody = given.callers.length === 0;
  const paid = ways.find((way) => isStackPaid(way));
  const strangers = given.callers.flatMap(({ id, models = [] }) =>
    models.filter((name) => !leadsSomewhere(name, given)).map((name) => ({ id, name })),
  );
  return [
    [
      nobody && paid !== undefined,
      `callers is missing: models has an entry "${paid?.name}" with a target that begins with ${paid?.backend}:, which the stack pays, so that only listed callers may use it. ${set(keys.callers.example)}`,
    ],
    [
      nobody && given.callersMaySet.length > 0,
      `callersMaySet says something about callers, and there are none. ${remove('callersMaySet')}`,
    ],
    ...strangers.map(({ id, name }): Rule => [
      true,
      `callers lets ${id} use "${name}", which is no entry of models${given.allowUnmappedBedrockModels ? ' and no id of Bedrock' : ''}. ${set(`--path 'models["${name}"].target' bedrock:<model>`)}`,
    ]),
  ];
}

/** With a parameter for further names, nobody knows today what there will be. */
function leadsSomewhere(name: string, { models, modelsParameter, allowUnmappedBedrockModels }: Given): boolean {
  return modelsParameter !== undefined || isTaken(name, models) || (allowUnmappedBedrockModels && isBedrockName(name));
}

function guardrailRules(given: Given, ways: readonly Way[]): Rule[] {
  const { guardrail } = given;
  if (guardrail === undefined) return [];
  const region = guardrail.identifier.startsWith('arn:') ? guardrail.identifier.split(':')[3] : undefined;
  const unguarded = ways.find(({ backend }) => backend === 'bedrock-openai');
  return [
    [
      given.callers.length === 0,
      `guardrail is for the chat models that the stack pays, and without callers it pays nothing. ${remove('guardrail')}`,
    ],
    [
      unguarded !== undefined,
      `guardrail cannot hold for the entry "${unguarded?.name}" of models: what begins with bedrock-openai: takes none, and the stack would pay for it unguarded. ${set(`--path 'models["${unguarded?.name}"].target' bedrock:${unguarded?.model}`)}`,
    ],
    [
      region !== undefined && !given.bedrockRegions.includes(region),
      `guardrail is in ${region}, where calls may not go. ${set(longer('bedrockRegions', given.bedrockRegions, region ?? ''))}`,
    ],
  ];
}

function templateRules({ models, chatTemplates }: Given): Rule[] {
  const known = templateNames(chatTemplates);
  return Object.entries(models).map(([name, { chatTemplate }]) => [
    chatTemplate !== undefined && !known.includes(chatTemplate),
    `models has an entry "${name}" whose chatTemplate is none of ${known.join(', ')}. ${set(`--path 'chatTemplates["${chatTemplate}"].template' "$(cat template.jinja)"`)}`,
  ]);
}
