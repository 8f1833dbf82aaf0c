import { invalid, refusedByModel } from '../bedrock-error.ts';
import type { CachePoint, ContentBlock } from '../wire.ts';
import { placed, type RuleInput, type Rule } from './rule.ts';

/** Where cache points may stand, and how many. */
export const cachingRules: readonly Rule[] = [supported, fewEnough, longestFirst, behindDocuments, novaPlaces];

const maxCachePoints = 4;

/** Every cache point in the order of the prompt: tools, system, messages. */
function points({ request }: RuleInput): CachePoint[] {
  const tools = request.toolConfig?.tools ?? [];
  const blocks = [...tools, ...(request.system ?? []), ...(request.messages ?? []).flatMap(({ content }) => content)];
  return blocks.map(({ cachePoint }) => cachePoint).filter((point) => point !== undefined);
}

function supported(asked: RuleInput): void {
  if (points(asked).length === 0 || asked.target.family.cachePoints !== 'none') return;
  throw invalid(
    'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
  );
}

function fewEnough(asked: RuleInput): void {
  const count = points(asked).length;
  if (count > maxCachePoints)
    throw invalid(`A maximum of ${maxCachePoints} blocks with cache_control may be provided. Found ${count}.`);
}

function longestFirst(asked: RuleInput): void {
  const lives = points(asked).map(({ ttl }) => ttl ?? '5m');
  if (lives.lastIndexOf('1h') > lives.indexOf('5m') && lives.includes('5m')) {
    throw invalid('A longer ttl may not come after a shorter one: cache points are ordered tools, system, messages.');
  }
}

// The service itself turns such a document into something that a point may not follow.
function behindDocuments({ request }: RuleInput): void {
  for (const { block, message, at } of placed(request)) {
    const before = message.content[message.content.indexOf(block) - 1];
    if (block.cachePoint !== undefined && before?.document !== undefined && before.document.format !== 'pdf')
      throw refusedByModel(`${at}.type: Field required`);
  }
}

function novaPlaces(asked: RuleInput): void {
  if (asked.target.family.cachePoints !== 'nova') return;
  const { toolConfig, messages = [] } = asked.request;
  if (toolConfig?.tools.some(({ cachePoint }) => cachePoint !== undefined))
    throw invalid("This model doesn't support cache points in tools.");
  if (points(asked).some(({ ttl }) => ttl !== undefined))
    throw invalid("This model doesn't support the ttl of a cache point.");
  if (
    messages.some(({ content }) =>
      content.some(
        (block, index) => block.cachePoint !== undefined && (isTool(content[index - 1]) || isTool(content[index + 1])),
      ),
    )
  ) {
    throw invalid("This model doesn't support cache points next to tool blocks.");
  }
}

function isTool(block: ContentBlock | undefined): boolean {
  return block?.toolUse !== undefined || block?.toolResult !== undefined;
}
