import * as pulumi from '@pulumi/pulumi';

import type { Catalog } from '../function/catalog/catalog.ts';
import { bundle } from './bundle.ts';
import { codeFolder } from './code-folder.ts';
import { reason } from './reason.ts';

/**
 * The code archive of a Lambda function: a folder from `codeFolder`. The engine stores the hash and the relative path of the folder in
 * the state, but no text. Throws an error that Pulumi shows as one line.
 */
export async function codeArchive(root: string, catalog: Catalog): Promise<pulumi.asset.Archive> {
  try {
    return new pulumi.asset.FileArchive(await codeFolder(root, await bundle(root, catalog)));
  } catch (error) {
    throw new pulumi.RunError(
      `The code of the functions could not be built: ${reason(error)}. Install what it needs with: npm ci. The folders dist and schemas/compiled must be writable, and the disk must have room for 20 MB`,
    );
  }
}
