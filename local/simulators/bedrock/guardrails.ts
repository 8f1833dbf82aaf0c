import { writeJson } from '../common/server.ts';
import type { Iam } from '../../iam/verify.ts';
import { authorize, authorizeGuardrail } from './authenticate.ts';
import type { Call } from './answering.ts';
import { readJson } from './body.ts';
import { bodyOf, checkParameter } from './constraints.ts';
import type { Region } from './region.ts';

type AnyCall = Omit<Call, 'modelId'>;

/** A call of ApplyGuardrail. */
interface GuardrailCall extends AnyCall {
  readonly guardrailIdentifier: string;
  readonly guardrailVersion: string;
}

interface Dependencies {
  readonly region: Region;
  readonly iam: Iam | undefined;
}

// Every guardrail of the simulated account steps in at this word, and every check scores it.
const blockedWord = 'forbidden';
const blockedMessage = 'Sorry, this text is blocked.';
// What a text unit of a guardrail holds.
const charactersPerUnit = 1000;

/** ApplyGuardrail. */
export function applyGuardrail(call: GuardrailCall, { region, iam }: Dependencies): void {
  const { guardrailIdentifier: id, guardrailVersion, body, response, caller } = call;
  checkParameter('ApplyGuardrail', 'guardrailIdentifier', id);
  checkParameter('ApplyGuardrail', 'guardrailVersion', guardrailVersion);
  const { content } = bodyOf('ApplyGuardrail', readJson(body));
  authorizeGuardrail(caller, { id, region: region.name }, iam);
  const texts = content.map(({ text }) => text?.text ?? '');
  const intervenes = texts.some((text) => text.includes(blockedWord));
  const words = { wordPolicy: { customWords: [{ match: blockedWord, action: 'BLOCKED' }], managedWordLists: [] } };
  writeJson(response, {
    usage: { ...noUnits, wordPolicyUnits: unitsOf(texts) },
    action: intervenes ? 'GUARDRAIL_INTERVENED' : 'NONE',
    ...(intervenes && { actionReason: 'Guardrail blocked.' }),
    outputs: intervenes ? [{ text: blockedMessage }] : [],
    assessments: intervenes ? [words] : [],
    guardrailCoverage: { textCharacters: { guarded: texts.join('').length, total: texts.join('').length } },
  });
}

/** InvokeGuardrailChecks. */
export function invokeGuardrailChecks(
  { body, response, caller }: AnyCall,
  { iam }: Omit<Dependencies, 'region'>,
): void {
  const { messages, checks } = bodyOf('InvokeGuardrailChecks', readJson(body));
  authorize(caller, { action: 'bedrock:InvokeGuardrailChecks', resources: ['*'] }, iam);
  const texts = messages.flatMap(({ content }) => content.map(({ text = '' }) => text));
  const severityScore = texts.some((text) => text.includes(blockedWord)) ? 0.9 : 0;
  const scored = (categories: readonly { readonly category: string }[]) => ({
    results: categories.map(({ category }) => ({ category, severityScore })),
  });
  const { contentFilter, promptAttack, sensitiveInformation } = checks;
  const usage = { textUnits: unitsOf(texts) };
  writeJson(response, {
    results: {
      ...(contentFilter && { contentFilter: scored(contentFilter.categories) }),
      ...(promptAttack && { promptAttack: scored(promptAttack.categories) }),
      ...(sensitiveInformation && { sensitiveInformation: { results: [], truncated: false } }),
    },
    usage: Object.fromEntries(Object.keys(checks).map((name) => [name, usage])),
  });
}

const noUnits = {
  topicPolicyUnits: 0,
  contentPolicyUnits: 0,
  sensitiveInformationPolicyUnits: 0,
  sensitiveInformationPolicyFreeUnits: 0,
  contextualGroundingPolicyUnits: 0,
};

function unitsOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Math.ceil(text.length / charactersPerUnit), 0);
}
