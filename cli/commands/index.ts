import type { Command } from '../command.ts';
import { accountCommands } from './accounts.ts';
import { alertCommands } from './alerts.ts';
import { auditCommands } from './audit.ts';
import { chatCommand } from './chat.ts';
import { completionCommand } from './completion.ts';
import { fileCommands } from './files.ts';
import { keyCommands } from './keys.ts';
import { limitCommands } from './limits.ts';
import { modelsCommand } from './models.ts';
import { permissionCommands } from './permissions.ts';
import { projectCommands } from './projects.ts';
import { reconcileCommand } from './reconcile.ts';
import { requestCommand } from './request.ts';
import { spendCommands } from './spend.ts';
import { usageCommands } from './usage.ts';
import { whoamiCommand } from './whoami.ts';

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  ...projectCommands,
  ...accountCommands,
  ...keyCommands,
  ...permissionCommands,
  ...limitCommands,
  ...spendCommands,
  ...alertCommands,
  ...usageCommands,
  ...auditCommands,
  modelsCommand,
  chatCommand,
  ...fileCommands,
  requestCommand,
  whoamiCommand,
  reconcileCommand,
  completionCommand,
];
