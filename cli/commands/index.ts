import type { Command } from '../command.ts';
import { accountCommands } from './accounts.ts';
import { auditCommands } from './audit.ts';
import { chatCommand } from './chat.ts';
import { keyCommands } from './keys.ts';
import { modelsCommand } from './models.ts';
import { projectCommands } from './projects.ts';
import { reconcileCommand } from './reconcile.ts';
import { whoamiCommand } from './whoami.ts';

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  ...projectCommands,
  ...accountCommands,
  ...keyCommands,
  ...auditCommands,
  modelsCommand,
  chatCommand,
  whoamiCommand,
  reconcileCommand,
];
