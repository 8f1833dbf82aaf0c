import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { pulumiStacks } from './pulumi-stacks.ts';
import type { PulumiSettings } from './pulumi-stacks.ts';
import type { Customer } from './customers.ts';
import type { CustomerStack, Stacks } from './stack.ts';

/** The project of the stacks: a state has one for each account and region. */
const project = 'name: bedrock-gateway-bootstrap\nruntime: nodejs\n';

/** The stacks of what accounts and regions need once. Their program is not that of the repository, and neither is their folder. */
export function placeStacks(settings: Omit<PulumiSettings, 'folder' | 'program'>): Stacks {
  let stacks: Promise<Stacks> | undefined;
  return {
    open: async (place: Customer, options): Promise<CustomerStack | undefined> => {
      stacks ??= inFolder(settings);
      return (await stacks).open(place, options);
    },
  };
}

async function inFolder(settings: Omit<PulumiSettings, 'folder' | 'program'>): Promise<Stacks> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-bootstrap-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'Pulumi.yaml'), project);
  // The provider of AWS takes seconds to load, and no other command needs it.
  const { bootstrapProgram } = await import('../infra/bootstrap.ts');
  return pulumiStacks({ ...settings, folder, program: bootstrapProgram });
}
