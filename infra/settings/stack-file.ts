import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import * as pulumi from '@pulumi/pulumi';

/** A key with a namespace at the start of a line. Nothing that Pulumi knows there has one: its `config` is where they belong. */
const OUTSIDE = /^[\w.-]+:[\w.-]+(?=:(?:\s|$))/gm;

/**
 * Refuses keys of a stack's file that stand outside of its `config`. Pulumi overlooks them, and `pulumi config set` moves the
 * comments of a file to the start of the line: a key that is freed of its `#` there would go unheard.
 */
export function checkStackFile(folder: string, stack: string): void {
  const file = `Pulumi.${stack}.yaml`;
  const place = path.join(folder, file);
  const keys = existsSync(place) ? [...readFileSync(place, 'utf8').matchAll(OUTSIDE)].map(([key]) => key) : [];
  if (keys.length > 0)
    throw new pulumi.RunError(
      `${file} has ${keys.join(', ')} at the start of a line, where Pulumi overlooks it. Indent it by two spaces, with the lines that belong to it: keys stand below the line config:`,
    );
}
