import { parseArgs } from 'node:util';

export interface Options {
  readonly port: number;
  readonly host: string;
  readonly bedrock: Bedrock;
  /** Absent: the stack's own, else us-east-1. */
  readonly region: string | undefined;
  readonly stack: string;
  readonly json: boolean;
}

/** Where Bedrock is: embedded, AWS's own, or any server that speaks its wire format. */
export type Bedrock =
  | { readonly kind: 'simulator' }
  | { readonly kind: 'aws' }
  | { readonly kind: 'url'; readonly url: string };

/** A command line that cannot be understood. */
export class UsageError extends Error {}

export const DEFAULT_REGION = 'us-east-1';

export const HELP = `npm start -- [flags]: serves the gateway on this machine, as \`pulumi up\` would deploy it.

  --port <number>              where it listens (8787; 0 takes a free one)
  --host <name or address>     the interface it listens on (127.0.0.1)
  --bedrock simulator|aws|<url>
                               the embedded simulator (default), the real service, or any
                               server that speaks Bedrock's wire format, control plane included
  --region <region>            where the stack would be built (the stack's own aws:region, else ${DEFAULT_REGION})
  --stack <name>               whose Pulumi.<name>.yaml is read (dev); an absent file is an empty config
  --json                       when ready, one line of JSON on standard output, and nothing else
  --help                       this text
`;

const flags = {
  port: { type: 'string', default: '8787' },
  host: { type: 'string', default: '127.0.0.1' },
  bedrock: { type: 'string', default: 'simulator' },
  region: { type: 'string' },
  stack: { type: 'string', default: 'dev' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** What the command line asks for. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { port, bedrock, region, help, ...rest } = parse(args);
  if (help) return 'help';
  return {
    host: match('host', rest.host, { pattern: /^[\w.:%-]+$/, wanted: 'a name or an address' }),
    stack: match('stack', rest.stack, { pattern: /^[\w.-]{1,100}$/, wanted: 'the name of a stack' }),
    json: rest.json,
    port: portNumber(port),
    bedrock: bedrockAt(bedrock),
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

function bedrockAt(value: string): Bedrock {
  if (value === 'simulator' || value === 'aws') return { kind: value };
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) {
    return { kind: 'url', url: value.replace(/\/+$/, '') };
  }
  throw new UsageError(`--bedrock must be simulator, aws or a URL (http or https), not '${value}'`);
}

function match(flag: string, value: string, { pattern, wanted }: { pattern: RegExp; wanted: string }): string {
  if (pattern.test(value)) return value;
  throw new UsageError(`--${flag} must be ${wanted}, not '${value}'`);
}
