import type { Catalog, CatalogEntry, BackendFactsByName, Target } from './catalog.ts';
import { checkEntry, Flaw } from './check.ts';
import { isCovered } from './rights.ts';
import { factsOf, parseTarget } from './targets.ts';

/** What is deployed: entries that come later can use it, and can add nothing to it. */
export interface Deployment {
  /** The config's. */
  readonly catalog: Catalog;
  readonly backendFacts: BackendFactsByName;
  /** Where calls to Bedrock may go. */
  readonly regions: readonly string[];
  /** Whether the functions have the key of the OpenAI-compatible backend. */
  readonly hasOpenAiKey: boolean;
  /** Whether anybody may call for whom the stack pays: registered callers, or holders of gateway keys or JWTs. */
  readonly hasCallers: boolean;
  /** Whether there is a role that the stack pays with on AWS. */
  readonly hasSpendingRole: boolean;
  /** Whether there is a chat template of this name. */
  readonly hasTemplate: (name: string) => boolean;
}

/** An entry that is right by itself, and why it is left out all the same. */
export interface UnusableModel {
  readonly name: string;
  readonly reason: string;
}

/** The result of adding models from the parameter: the new catalog, and which entries were left out. */
export interface AdditionalModels {
  /** The config's catalog with the entries that can be used. */
  readonly catalog: Catalog;
  readonly added: number;
  readonly leftOut: readonly UnusableModel[];
}

/** What the config takes for a name: safe in a path and in a log line. */
const nameForm = /^(?:[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}|(?:[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,254})?\*)$/;

/**
 * The config's catalog with further entries of `models`, written as JSON. Throws a Flaw that quotes nothing of the text when it
 * is no JSON object, or when an entry would be refused in the config; an entry that needs what is not deployed is left out alone.
 */
export function withAdditionalModels(text: string, deployed: Deployment): AdditionalModels {
  const entries = Object.entries(parseEntries(text)).map(
    ([name, value], index) => [name, checkedEntry({ name, value, at: index + 1 }, deployed)] as const,
  );
  const judged = entries.map(([name, entry]) => ({ name, entry, reason: obstacle(name, entry, deployed) }));
  const taken = judged.filter(({ reason }) => reason === undefined);
  const { catalog } = deployed;
  return {
    catalog: {
      ...catalog,
      models: { ...catalog.models, ...Object.fromEntries(taken.map(({ name, entry }) => [name, entry])) },
    },
    added: taken.length,
    leftOut: judged.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }])),
  };
}

function parseEntries(text: string): Readonly<Record<string, unknown>> {
  const value = json(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Flaw('It is not a JSON object of names and their targets.');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Written {
  readonly name: string;
  readonly value: unknown;
  /** From 1. */
  readonly at: number;
}

/** An entry of its right form. What is said of another has its place, and nothing that it quotes. */
function checkedEntry({ name, value, at }: Written, { backendFacts }: Deployment): CatalogEntry {
  try {
    if (!nameForm.test(name)) throw new Flaw('its name is none that the config takes.');
    const entry = checkEntry(name, value, backendFacts);
    checkTogether(entry, backendFacts);
    return entry;
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Flaw(`Entry ${at}: ${withoutQuotes(error.message)}`);
  }
}

/** Somebody may have pasted anything into the parameter: what a message quotes of it is no text for a log. */
function withoutQuotes(message: string): string {
  return message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"').replace(/^catalog\.json: models\["…"\][. ]/, '');
}

/** The largest that Bedrock takes as maxTokens. */
const maxOutputTokens = 2_147_483_647;

/** The rules of the config (infra/settings/models.ts) that a catalog made of it need not be held to; a test compares the two. */
function checkTogether(entry: CatalogEntry, backendFacts: BackendFactsByName): void {
  const { family, chatTemplate, defaultMaxOutput, maxTokensField } = entry;
  const targets = targetsOf(entry);
  const written = [entry.target, ...(entry.fallbacks ?? [])];
  if (new Set(written).size < written.length) throw new Flaw('it names one target twice.');
  if (family !== undefined && (family.startsWith('arn:') || backendFacts['bedrock']?.isModel(family) !== true)) {
    throw new Flaw('its family is no model id.');
  }
  if (chatTemplate !== undefined && !targets.some((target) => factsOf(target, backendFacts).takesTemplates)) {
    throw new Flaw('it has a chatTemplate, and none of its targets takes one.');
  }
  if (maxTokensField !== undefined && !targets.some((target) => factsOf(target, backendFacts).paidWith === 'stack')) {
    throw new Flaw('it has a maxTokensField, and none of its targets takes one.');
  }
  if (defaultMaxOutput === undefined) return;
  if (!targets.some(({ backend }) => backend === 'bedrock')) {
    throw new Flaw('it has a defaultMaxOutput, and no target that begins with bedrock:.');
  }
  if (defaultMaxOutput !== 'model' && defaultMaxOutput > maxOutputTokens)
    throw new Flaw('its defaultMaxOutput is too large.');
}

/** What an entry lacks to be used; undefined when it lacks nothing. */
function obstacle(name: string, entry: CatalogEntry, deployed: Deployment): string | undefined {
  const { catalog, hasTemplate } = deployed;
  if (Object.hasOwn(catalog.models, name)) return 'The config has an entry of this name, which holds.';
  if (entry.chatTemplate !== undefined && !hasTemplate(entry.chatTemplate)) {
    return 'Its chatTemplate is neither shipped nor in chatTemplates of the config.';
  }
  for (const target of targetsOf(entry)) {
    const reason = targetObstacle(target, deployed);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

type Place = Pick<Target, 'backend' | 'model' | 'family'>;

function targetObstacle(target: Place, deployed: Deployment): string | undefined {
  const { hasCallers, backendFacts, regions } = deployed;
  const ofBedrock = factsOf(target, backendFacts).paidWith === 'bedrock-key';
  const region = ofBedrock && target.model.startsWith('arn:') ? target.model.split(':')[3] : undefined;
  if (region !== undefined && !regions.includes(region)) return 'The region of its ARN is none of bedrockRegions.';
  if (!hasCallers) {
    // Whoever brings a Bedrock key pays with it, which takes no right of the stack's.
    return ofBedrock
      ? undefined
      : 'The stack pays for its target, and the config has neither callers, gatewayKeys nor jwt.';
  }
  return payObstacle(target, deployed);
}

/** What the stack lacks to pay for a target. */
function payObstacle(target: Place, { catalog, hasOpenAiKey, hasSpendingRole }: Deployment): string | undefined {
  if (target.backend === 'openai') return hasOpenAiKey ? undefined : 'The config has no openaiKeyArn.';
  if (target.backend === 'bedrock-openai' && catalog.guardrail !== undefined) {
    return "The stack's guardrail cannot hold for a target that begins with bedrock-openai:.";
  }
  const configured = Object.values(catalog.models).flatMap(targetsOf);
  const guarded = catalog.guardrail !== undefined;
  if (hasSpendingRole && isCovered(target, configured, { guarded })) return undefined;
  return 'The role that pays has no right to its target: an entry of models in the config has to name that first.';
}

function targetsOf({ target, fallbacks = [], family }: CatalogEntry): Place[] {
  return [target, ...fallbacks].flatMap((written) => {
    const place = parseTarget(written);
    return place ? [{ ...place, ...(family !== undefined && { family }) }] : [];
  });
}
