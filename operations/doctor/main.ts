// `npm run doctor`: checks a stack, or the gateway at a base URL, from this machine.
import path from 'node:path';
import process from 'node:process';
import { processTerminal } from '../../cli/process-terminal.ts';
import { outputsByPulumi } from '../stack.ts';
import { awsIn } from './aws.ts';
import { doctor } from './doctor.ts';
import { lookupOfSystem } from './dns.ts';

const root = path.resolve(import.meta.dirname, '../..');
process.exitCode = await doctor(process.argv.slice(2), {
  root,
  terminal: processTerminal(),
  outputs: outputsByPulumi(root),
  instruments: { now: Date.now, lookup: lookupOfSystem, aws: awsIn },
});
