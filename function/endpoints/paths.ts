/**
 * Bedrock's own paths, and those of MCP. On AWS's own host every path is below the stage, which is called `v1`, so `/v1` in front of one of
 * them is the stage and not OpenAI's version.
 */
const belowStage =
  /^\/v1(?=\/(?:model|health|foundation-models|inference-profiles|guardrail|guardrail-checks|async-invoke|openai|mcp|\.well-known)(?:\/|$))/;

/** What OpenAI serves under `/v1` and the gateway too; clients whose base URL lacks `/v1` ask for it without. */
const withoutVersion =
  /^\/(?:chat\/completions|completions|embeddings|responses|conversations|models|files|uploads|organization|whoami)(?:\/|$)/;

/**
 * The path that routes are matched with, from the path of a request, still encoded. `/openai/v1/…` (Bedrock's own spelling of
 * the OpenAI surface) and OpenAI's paths without `/v1` become `/v1/…`; a run of slashes outside an id is one slash. Other paths
 * stay as they are. Undefined for a path that no route may take: one with a segment `.` or `..` in any spelling, or with an
 * encoded slash or a backslash outside an id.
 */
export function canonicalPath(path: string): string | undefined {
  const normal = unusual.test(path) ? normalised(path) : path;
  if (normal === undefined) return undefined;
  const unstaged = normal.replace(belowStage, '');
  if (unstaged.startsWith('/openai/v1/')) return unstaged.slice('/openai'.length);
  return withoutVersion.test(unstaged) ? `/v1${unstaged}` : unstaged;
}

/** The other paths by which a route of OpenAI's can be asked for; none for Bedrock's own. Edges need a mapping for each. */
export function aliasesOf(path: string): readonly string[] {
  if (!path.startsWith('/v1/')) return [];
  const bare = path.slice('/v1'.length);
  return [`/openai${path}`, ...(withoutVersion.test(bare) ? [bare] : [])];
}

/** What a path has that needs a closer look. */
const unusual = /\/[/.]|[%\\]/;

/** A segment `.` or `..`, as it stands or encoded any number of times, between separators of any spelling. */
const dotSegment = /(?:[/\\]|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){1,2}(?=$|[/\\]|%(?:25)*(?:2f|5c))/i;

/**
 * A path with an id: what stands before it, the id, and what follows it. An edge that decodes paths leaves no telling of an id's
 * own slashes from others, so the id is whatever stands between the words of a route.
 */
const withId = new RegExp(
  String.raw`^((?:\/+(?:v1|openai))*\/+(?:models?|deployments|guardrail|async-invoke|foundation-models|inference-profiles)\/+)` +
    String.raw`([^/].*?)` +
    // Runs are tried from their first slash only, so the time is linear in the length.
    String.raw`((?:(?<!\/)\/+(?:(?:chat\/+)?completions|embeddings|converse|converse-stream|count-tokens|invoke|` +
    String.raw`invoke-with-response-stream|invoke-with-bidirectional-stream|version\/+[^/]+\/+apply))?)$`,
);

function normalised(path: string): string | undefined {
  if (dotSegment.test(path)) return undefined;
  const [, before = path, id = '', behind = ''] = withId.exec(path) ?? [];
  const [head, tail] = [words(before), words(behind)];
  return head === undefined || tail === undefined ? undefined : `${head}${id}${tail}`;
}

/** Words and the slashes between them: nothing in them is data. */
function words(path: string): string | undefined {
  if (/\\|%(?:25)*(?:2f|5c)/i.test(path)) return undefined;
  return decoded(path.replaceAll(/\/{2,}/g, '/'));
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
