import { parseArgs } from 'node:util';

export interface Options {
  readonly port: number;
  readonly host: string;
  readonly bedrock: Bedrock;
  readonly openai: OpenAi;
  readonly sagemaker: SageMaker;
  /** Absent: the stack's own, else us-east-1. */
  readonly region: string | undefined;
  readonly stack: string;
  /** The file that holds the value of the stack's models parameter. */
  readonly modelsParameter: string | undefined;
  readonly json: boolean;
}

/** Where Bedrock is: embedded, AWS's own, or any server that speaks its wire format. */
export type Bedrock =
  | { readonly kind: 'simulator' }
  /** With the caller's own key, where this machine has one. */
  | { readonly kind: 'aws'; readonly key: string | undefined }
  | { readonly kind: 'url'; readonly url: string };

/** Where the OpenAI-compatible backend is: embedded, or any server; its key is this machine's, where it has one. */
export type OpenAi =
  | { readonly kind: 'simulator' }
  | { readonly kind: 'url'; readonly url: string; readonly key: string | undefined };

/** Where SageMaker's runtime is: embedded, or any server that speaks its wire format. */
export type SageMaker = { readonly kind: 'simulator' } | { readonly kind: 'url'; readonly url: string };

/** A command line that cannot be understood. */
export class UsageError extends Error {}

export const DEFAULT_REGION = 'us-east-1';

export const HELP = `npm start -- [flags]: serves the gateway on this machine, as \`pulumi up\` would deploy it.

  --port <number>              where it listens (8787; 0 takes a free one)
  --host <name or address>     the interface it listens on (127.0.0.1)
  --bedrock simulator|aws|<url>
                               the embedded simulator (default), the real service, or any
                               server that speaks Bedrock's wire format, control plane included
  --openai-base <url>          the server behind models with "openai:", its /v1 included (OPENAI_API_BASE, else an
                               embedded simulator); its key is OPENAI_API_KEY, else a made-up one
  --models-parameter <file>    the value of the SSM parameter that the stack's modelsParameter names (one is made up where it names
                               none): JSON of further models, read again when the gateway reads the parameter
  --sagemaker simulator|<url>  the embedded simulator (default), or any server that speaks the wire format of SageMaker's
                               runtime; calls are signed with keys that are good on this machine only
  --region <region>            where the stack would be built (the stack's own aws:region, else ${DEFAULT_REGION})
  --stack <name>               whose Pulumi.<name>.yaml is read (dev); an absent file is an empty config
  --json                       when ready, one line of JSON on standard output, and nothing else
  --help                       this text
`;

const flags = {
  port: { type: 'string', default: '8787' },
  host: { type: 'string', default: '127.0.0.1' },
  bedrock: { type: 'string', default: 'simulator' },
  'openai-base': { type: 'string' },
  sagemaker: { type: 'string', default: 'simulator' },
  'models-parameter': { type: 'string' },
  region: { type: 'string' },
  stack: { type: 'string', default: 'dev' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export type Variables = Readonly<Record<string, string | undefined>>;

/** What the command line asks for, and the variables of this machine that it leaves room for. */
export function readOptions(args: readonly string[], env: Variables): Options | 'help' {
  const {
    port,
    bedrock,
    sagemaker,
    region,
    help,
    'openai-base': openAiBase,
    'models-parameter': modelsParameter,
    ...rest
  } = parse(args);
  if (help) return 'help';
  return {
    host: match('host', rest.host, { pattern: /^[\w.:%-]+$/, wanted: 'a name or an address' }),
    stack: match('stack', rest.stack, { pattern: /^[\w.-]{1,100}$/, wanted: 'the name of a stack' }),
    json: rest.json,
    modelsParameter,
    port: portNumber(port),
    bedrock: bedrockAt(bedrock, env),
    openai: openAiAt(openAiBase, env),
    sagemaker: sageMakerAt(sagemaker),
    region: region === undefined ? undefined : match('region', region, { pattern: REGION, wanted: 'a region of AWS' }),
  };
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split(/(?<=')\. |\n/);
    throw new UsageError(
      `${reason} (the flags are ${Object.keys(flags)
        .map((name) => `--${name}`)
        .join(', ')})`,
    );
  }
}

function portNumber(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not '${value}'`);
}

function bedrockAt(value: string, env: Variables): Bedrock {
  if (value === 'simulator') return { kind: 'simulator' };
  if (value === 'aws') return { kind: 'aws', key: env['AWS_BEARER_TOKEN_BEDROCK'] || undefined };
  const url = httpUrl(value);
  if (url !== undefined) return { kind: 'url', url };
  throw new UsageError(`--bedrock must be simulator, aws or a URL (http or https), not '${value}'`);
}

function openAiAt(flag: string | undefined, env: Variables): OpenAi {
  const [name, value] = flag === undefined ? ['OPENAI_API_BASE', env['OPENAI_API_BASE']] : ['--openai-base', flag];
  if (flag === undefined && !value) return { kind: 'simulator' };
  const url = httpUrl(value ?? '');
  if (url !== undefined) return { kind: 'url', url, key: env['OPENAI_API_KEY'] || undefined };
  throw new UsageError(`${name} must be a URL (http or https), not '${value}'`);
}

function sageMakerAt(value: string): SageMaker {
  if (value === 'simulator') return { kind: 'simulator' };
  const url = httpUrl(value);
  if (url !== undefined) return { kind: 'url', url };
  throw new UsageError(`--sagemaker must be simulator or a URL (http or https), not '${value}'`);
}

/** Without slashes at its end; undefined when it is something else. */
function httpUrl(value: string): string | undefined {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? value.replace(/\/+$/, '') : undefined;
}

function match(flag: string, value: string, { pattern, wanted }: { pattern: RegExp; wanted: string }): string {
  if (pattern.test(value)) return value;
  throw new UsageError(`--${flag} must be ${wanted}, not '${value}'`);
}
