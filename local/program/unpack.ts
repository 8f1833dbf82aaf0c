import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { asset } from '@pulumi/pulumi';

/** Writes the files of a code archive below a folder, as Lambda does with its zip. Throws for code of another kind. */
export async function unpack(archive: unknown, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (archive instanceof asset.AssetArchive) {
    const members: Readonly<Record<string, unknown>> = await archive.assets;
    const writes = Object.entries(members).map(([name, member]) => place(member, path.join(folder, name)));
    await Promise.all(writes);
  } else if (archive instanceof asset.FileArchive) {
    await cp(await archive.path, folder, { recursive: true });
  } else {
    throw new Error('the code of a function is neither an AssetArchive nor a FileArchive of a folder');
  }
}

async function place(member: unknown, target: string): Promise<void> {
  if (!isAsset(member)) return unpack(member, target);
  await mkdir(path.dirname(target), { recursive: true });
  if (member instanceof asset.StringAsset) await writeFile(target, await member.text);
  else await cp(await member.path, target);
}

function isAsset(member: unknown): member is asset.StringAsset | asset.FileAsset {
  return member instanceof asset.StringAsset || member instanceof asset.FileAsset;
}
