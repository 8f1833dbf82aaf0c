import { cpSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { asset } from '@pulumi/pulumi';

/** Unpacks the code of a function into the folder that it names, or finds it unpacked already, and returns where it is. */
export type Unpacker = (archive: unknown, folder: string) => Promise<string>;

/**
 * Unpacks code archives as Lambda does with its zips. Functions that are deployed from one folder share a copy of it: no function writes
 * to its own code. The unpacker rejects code of another kind.
 */
export function unpacker(): Unpacker {
  const copies = new Map<string, Promise<string>>();
  return async (archive, folder) => {
    const unpacked = async (): Promise<string> => {
      await unpack(archive, folder);
      return folder;
    };
    if (!(archive instanceof asset.FileArchive)) return unpacked();
    const from = await archive.path;
    const copy = copies.get(from) ?? unpacked();
    copies.set(from, copy);
    return copy;
  };
}

async function unpack(archive: unknown, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (archive instanceof asset.AssetArchive) {
    const members: Readonly<Record<string, unknown>> = await archive.assets;
    const writes = Object.entries(members).map(([name, member]) => place(member, path.join(folder, name)));
    await Promise.all(writes);
  } else if (archive instanceof asset.FileArchive) {
    // One call for hundreds of files, which takes a fraction of one promise for each.
    cpSync(await archive.path, folder, { recursive: true });
  } else {
    throw new Error('the code of a function is neither an AssetArchive nor a FileArchive of a folder');
  }
}

async function place(member: unknown, target: string): Promise<void> {
  if (!isAsset(member)) return unpack(member, target);
  await mkdir(path.dirname(target), { recursive: true });
  if (member instanceof asset.StringAsset) await writeFile(target, await member.text);
  else cpSync(await member.path, target);
}

function isAsset(member: unknown): member is asset.StringAsset | asset.FileAsset {
  return member instanceof asset.StringAsset || member instanceof asset.FileAsset;
}
