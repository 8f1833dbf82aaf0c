/** Words of routes that say nothing of the operation: OpenAI's version, and schemes of paths. */
const schemes = new Set(['v1', 'openai', 'deployments']);

/**
 * Names an endpoint by the pattern of its route: `/v1/chat/completions` and its form under Azure's scheme are `chat-completions`,
 * `/model/:model{.+}/converse` is `converse`. Routes are a fixed list, so names are few; nothing that a caller sent is in one.
 */
export function endpointName(pattern: string): string {
  const words = pattern.split('/').filter((word) => word !== '' && !word.includes(':') && !schemes.has(word));
  const operation = words[0] === 'model' ? words.slice(1) : words;
  return operation.join('-').replaceAll('_', '-').replaceAll('.', '') || pattern;
}
