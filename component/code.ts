import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import * as pulumi from '@pulumi/pulumi';

import type { Catalog } from '../function/catalog/catalog.ts';

/**
 * The code archive of a Lambda function: the files of a folder that a build of the package wrote, and the catalog. Nothing is written where
 * the package is installed. Paths are relative to the working folder, so that the state of a program is the same in every clone.
 */
export function packagedCode(folder: string, catalog: Catalog): pulumi.asset.Archive {
  const files = readdirSync(folder).map((name) => {
    const place = path.relative(process.cwd(), path.join(folder, name));
    return [name, new pulumi.asset.FileAsset(place)] as const;
  });
  const settings = new pulumi.asset.StringAsset(JSON.stringify(catalog));
  return new pulumi.asset.AssetArchive({ ...Object.fromEntries(files), 'catalog.json': settings });
}
