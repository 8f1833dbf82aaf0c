import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import * as pulumi from '@pulumi/pulumi';

/** A key with a namespace at the start of a line. Pulumi has no such settings there: they belong into `config`. */
const keyAtLineStart = /^[\w.-]+:[\w.-]+(?=:(?:\s|$))/gm;

/**
 * Refuses keys outside of `config` in a stack's file; throws an error that Pulumi shows as one line. Pulumi ignores such keys,
 * and `pulumi config set` moves comments to the start of the line: a key that is uncommented there would have no effect.
 */
export function checkStackFile(folder: string, stack: string): void {
  const file = `Pulumi.${stack}.yaml`;
  const place = path.join(folder, file);
  const keys = existsSync(place) ? [...readFileSync(place, 'utf8').matchAll(keyAtLineStart)].map(([key]) => key) : [];
  if (keys.length > 0)
    throw new pulumi.RunError(
      `${file} has ${keys.join(', ')} at the start of a line, where Pulumi overlooks it. Indent it by two spaces, with the lines that belong to it: keys stand below the line config:`,
    );
}
