import { printable } from '../../cli/printable.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { readFlags, stackName } from '../command-line.ts';
import { Failure } from '../failure.ts';
import { readStackFile, regionOfArn, type ReadOutputs } from '../stack.ts';

/** The output of `--help`. */
const dashboardHelp = `npm run dashboard -- --stack <name>   opens the stack's dashboard in CloudWatch

Prints the URL, and opens it in a browser if there is one. You must be signed in
to the AWS console, in the stack's account.

  --stack <name>   a stack of this folder, whose outputs Pulumi reads
  --print          print the URL only
  --json           print one JSON document only
  --help           print this text

Exit codes: 0 done, 1 failed, 2 invalid command line.
`;

/** What the command works with. */
export interface DashboardContext {
  /** The folder of the project. */
  readonly root: string;
  readonly terminal: Terminal;
  readonly outputs: ReadOutputs;
  /** Opens a URL in a browser; resolves to false if there is none. */
  readonly open: (url: string) => Promise<boolean>;
}

/** Runs the command line of `npm run dashboard`, and resolves with its exit code: 0 done, 1 failed, 2 not understood. */
export async function dashboard(args: readonly string[], context: DashboardContext): Promise<number> {
  const { terminal } = context;
  try {
    await show(args, context);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.err(`Error: ${printable(error.message)}\n${error.fix === undefined ? '' : `${printable(error.fix)}\n`}`);
    return error.exitCode;
  }
}

async function show(args: readonly string[], { root, terminal, outputs, open }: DashboardContext): Promise<void> {
  const given = readFlags(args, { valued: ['stack'], plain: ['print', 'json', 'help'] });
  if (given.has('help')) return await terminal.out(dashboardHelp);
  const name = given.value('stack');
  if (name === undefined) throw new Failure('name a stack: --stack <name>', { exitCode: 2 });
  const stack = stackName(name);
  const { region: written } = readStackFile(root, stack);
  const { dashboardName, alertTopicArn } = await outputs(stack);
  if (dashboardName === undefined)
    throw new Failure(`${stack} has no dashboard`, {
      fix: `Its config leaves it out, or it is not deployed: npx pulumi config rm dashboard --stack ${stack} && npx pulumi up --stack ${stack}`,
    });
  const region = written ?? regionOfArn(alertTopicArn) ?? terminal.env['AWS_REGION'];
  if (region === undefined || region === '')
    throw new Failure(`the region of ${stack} is not known`, { fix: 'Set it: export AWS_REGION=<region>' });
  const url = dashboardUrl(dashboardName, region);
  if (given.has('json')) return await terminal.out(`${JSON.stringify({ stack, dashboardName, region, url })}\n`);
  await terminal.out(`${url}\n`);
  if (!given.has('print') && !(await open(url))) terminal.err('There is no browser here: open the URL yourself.\n');
}

/** Hosts of AWS's console outside of its commercial partition, by the beginning of the region. */
const consoles: readonly (readonly [prefix: string, host: string])[] = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
  ['', 'console.aws.amazon.com'],
];

/** The URL of a dashboard in the console of CloudWatch. */
function dashboardUrl(name: string, region: string): string {
  const [, host] = consoles.find(([prefix]) => region.startsWith(prefix)) ?? [];
  return `https://${region}.${host}/cloudwatch/home?region=${region}#dashboards/dashboard/${encodeURIComponent(name)}`;
}
