// `npm run dashboard`: opens the dashboard of a stack in CloudWatch.
import path from 'node:path';
import process from 'node:process';
import { processTerminal } from '../../cli/process-terminal.ts';
import { outputsByPulumi } from '../stack.ts';
import { openInBrowser } from './browser.ts';
import { dashboard } from './dashboard.ts';

const root = path.resolve(import.meta.dirname, '../..');
process.exitCode = await dashboard(process.argv.slice(2), {
  root,
  terminal: processTerminal(),
  outputs: outputsByPulumi(root),
  open: openInBrowser,
});
