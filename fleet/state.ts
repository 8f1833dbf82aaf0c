import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

import { FleetFileError } from './fleet-file.ts';
import type { StateSettings } from './fleet-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that have the passphrase, or the name of its file, for Pulumi. */
const passphrase = { value: 'PULUMI_CONFIG_PASSPHRASE', file: 'PULUMI_CONFIG_PASSPHRASE_FILE' } as const;

/**
 * The environment of Pulumi's commands for the states that a file describes; relative paths start in `folder`. Throws a FleetFileError if
 * the folder of the states or the passphrase is missing, which Pulumi would say once for each stack.
 */
export function stateEnvironment(
  state: StateSettings,
  { folder, env }: { readonly folder: string; readonly env: Environment },
): Record<string, string> {
  const { backend, passphraseVariable, passphraseFile } = state;
  const own = {
    ...(backend !== undefined && { PULUMI_BACKEND_URL: absolute(backend, folder) }),
    ...(passphraseFile !== undefined && { [passphrase.file]: resolved(passphraseFile, folder) }),
    ...(passphraseVariable !== undefined && { [passphrase.value]: valueOf(passphraseVariable, env) }),
  };
  const isGiven = Object.values(passphrase).some((name) => own[name] !== undefined || env[name] !== undefined);
  if (usesPassphrase(state) && !isGiven)
    throw new FleetFileError(
      `secrets in the states are encrypted with a passphrase, and there is none: set ${passphrase.value}, or name a file with state.passphraseFile, or a key with state.secretsProvider`,
    );
  return { PULUMI_SKIP_UPDATE_CHECK: 'true', ...own };
}

/** Whether secrets are encrypted with a passphrase: what backends do that are not Pulumi Cloud, unless a key is named. */
function usesPassphrase({ backend, secretsProvider = 'default' }: StateSettings): boolean {
  if (secretsProvider !== 'default') return secretsProvider === 'passphrase';
  return backend !== undefined && !backend.startsWith('https://');
}

function valueOf(name: string, env: Environment): string {
  const value = env[name];
  if (value !== undefined) return value;
  throw new FleetFileError(`state.passphraseVariable names ${name}, which is not set: export ${name} first`);
}

/** A backend whose folder is absolute: Pulumi would start in the folder of its project. Throws a FleetFileError for a missing folder. */
function absolute(backend: string, folder: string): string {
  const [, place] = /^file:\/\/([./].*)$/.exec(backend) ?? [];
  if (place === undefined) return backend;
  const states = path.resolve(folder, place);
  // It is not created here: a misspelled folder would look like a fleet without stacks.
  if (!existsSync(states))
    throw new FleetFileError(`state.backend names the folder ${states}, which does not exist: mkdir -p ${states}`);
  return `file://${states}`;
}

function resolved(file: string, folder: string): string {
  return path.resolve(folder, file.replace(/^~(?=\/)/, homedir()));
}
