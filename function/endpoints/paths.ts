/**
 * Bedrock's own paths. On AWS's own host every path is below the stage, which is called `v1`, so `/v1` in front of one of
 * them is the stage and not OpenAI's version.
 */
const belowStage =
  /^\/v1(?=\/(?:model|health|foundation-models|inference-profiles|guardrail|guardrail-checks|async-invoke|openai)(?:\/|$))/;

/** What OpenAI serves under `/v1` and the gateway too; clients whose base URL lacks `/v1` ask for it without. */
const withoutVersion = /^\/(?:chat\/completions|completions|embeddings|models)(?:\/|$)/;

/**
 * The path that routes are matched with, from the path of a request. `/openai/v1/…` (Bedrock's own spelling of the OpenAI
 * surface) and OpenAI's paths without `/v1` become `/v1/…`; a run of slashes is one slash. Other paths stay as they are.
 */
export function canonicalPath(path: string): string {
  const single = path.includes('//') ? path.replaceAll(/\/{2,}/g, '/') : path;
  const unstaged = single.replace(belowStage, '');
  if (unstaged.startsWith('/openai/v1/')) return unstaged.slice('/openai'.length);
  return withoutVersion.test(unstaged) ? `/v1${unstaged}` : unstaged;
}

/** The other paths by which a route of OpenAI's can be asked for; none for Bedrock's own. Edges need a mapping for each. */
export function aliasesOf(path: string): readonly string[] {
  if (!path.startsWith('/v1/')) return [];
  const bare = path.slice('/v1'.length);
  return [`/openai${path}`, ...(withoutVersion.test(bare) ? [bare] : [])];
}
