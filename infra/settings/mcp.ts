import type { OAuthSettings } from '../../function/mcp/settings.ts';
import type { ConfigValues } from './config-values.ts';
import { origin } from './origin.ts';
import { appendedList, removeCommand, setAdvice, setCommand, shellWord } from './rule.ts';
import type { Rule } from './rule.ts';
import { InvalidValue, atPlace, fields, flag, json, list, scalar, text, within } from './values.ts';
import type { Reader } from './values.ts';

/** The MCP server of a stack. */
export interface McpConfig {
  /** Web origins whose pages may call it, in addition to `cors`. */
  readonly origins: readonly string[];
  /** How MCP clients get tokens; undefined if the config does not say. */
  readonly oauth?: OAuthSettings;
}

/** A scope of OAuth: RFC 6749, section 3.3. */
const scope = text(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'a scope: 1 to 256 characters without blanks, " and \\');
const audience = text(/^[\x21-\x7e]{1,256}$/, 'an audience: 1 to 256 characters without blanks');
const httpsUrl = text(
  /^https:\/\/[^\s?#@]+$/,
  'an issuer as jwt has it: an https URL without user, query and fragment',
);

/** Reads `true`, `false` (undefined), or the map of the MCP server. Throws an InvalidValue for any other text. */
export const mcp: Reader<McpConfig | undefined> = (value) => {
  const map = json(value);
  if (typeof map !== 'object') return flag(value) ? { origins: [] } : undefined;
  const values = fields(map, { required: [], optional: ['origins', 'oauth'] });
  const origins = values.has('origins')
    ? atPlace('.origins', () => list(pageOrigin)(scalar(values.get('origins'))))
    : [];
  return { origins, ...(values.has('oauth') && { oauth: oauth(values.get('oauth')) }) };
};

function pageOrigin(value: string): string {
  if (value === '*')
    throw new InvalidValue('must name the origins of pages: * would let in every page that somebody visits');
  return origin(value);
}

/** What `pulumi config set` is given to set each field of `oauth`. */
const examples = {
  issuer: '--path mcp.oauth.issuer https://login.example.com',
  scopes: "--path 'mcp.oauth.scopes[0]' gateway/inference",
  audience: "--path 'mcp.oauth.audience[0]' https://openai.example.com/mcp",
  facade: '--path mcp.oauth.facade true',
} as const;

function oauth(value: unknown): OAuthSettings {
  const values = at('oauth', examples.issuer, () =>
    fields(value, { required: ['issuer'], optional: ['scopes', 'audience', 'facade'] }),
  );
  const read = <T>(field: keyof typeof examples, reader: Reader<T>): T =>
    at(`oauth.${field}`, examples[field], () => reader(scalar(values.get(field))));
  return {
    issuer: read('issuer', httpsUrl),
    facade: values.has('facade') && read('facade', flag),
    ...(values.has('scopes') && { scopes: read('scopes', list(scope)) }),
    ...(values.has('audience') && { audience: read('audience', oneOrMore) }),
  };
}

const oneOrMore: Reader<string[]> = (value) => (value.startsWith('[') ? list(audience)(value) : [audience(value)]);

/** Reads a part of the map. `example` is what the command that fixes it sets: the invalid entry, where the part is a list. */
function at<T>(part: string, example: string, read: () => T): T {
  return within(read, ({ message, fix: { place = '[0]', ...fix } }) => {
    const change = { place: `.${part}`, example: example.replace('[0]', place), ...fix };
    return new InvalidValue(`has a value at ${part} that ${message}`, change);
  });
}

/** Rules between the MCP server and the issuers of tokens. */
export function mcpRules({ mcp: server, jwt }: Pick<ConfigValues, 'mcp' | 'jwt'>): Rule[] {
  const { issuer = '', audience: wanted = [] } = server?.oauth ?? {};
  const entry = jwt.find((each) => each.issuer === issuer);
  const index = entry === undefined ? jwt.length : jwt.indexOf(entry);
  const accepted = entry?.audience ?? [];
  const foreign = wanted.find((each) => !accepted.includes(each)) ?? '';
  return [
    [
      issuer !== '' && entry === undefined,
      `mcp has an oauth.issuer, ${issuer}, that is none of the issuers in jwt, so its tokens would be refused. ${setAdvice(`--path 'jwt[${index}].issuer' ${shellWord(issuer)}`)}. Or: ${setCommand(`--path mcp.oauth.issuer ${jwt[0]?.issuer ?? '<an issuer in jwt>'}`)}`,
    ],
    [
      entry !== undefined && foreign !== '',
      `mcp has an oauth.audience, ${foreign}, that is none of the audiences of ${issuer} in jwt, so no token for it would be accepted. ${setAdvice(appendedList(`jwt[${index}].audience`, accepted, foreign))}. Or remove it with: ${removeCommand('--path mcp.oauth.audience')}`,
    ],
  ];
}
