import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The files of a code archive: name → text. */
export type Files = Readonly<Record<string, string>>;

/**
 * Writes files below `dist/`, into a folder whose name is a hash of its content, so that stacks and concurrent runs never write to
 * the same files; returns the relative path of the folder. Folders that no run has used for a day are removed.
 */
export async function codeFolder(root: string, files: Files): Promise<string> {
  const folder = path.posix.join('dist', contentHash(files));
  await writeFolder(path.join(root, folder), files);
  await prune(path.join(root, 'dist'));
  return folder;
}

/** The first 16 hex digits of a SHA-256 over names and texts: enough for the folders of one machine. */
function contentHash(files: Files): string {
  const hash = createHash('sha256');
  for (const [name, text] of Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    hash.update(`${name}\n${text.length}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Creates a folder with these files atomically. A folder that has them stays, with a new time; a changed one is replaced. */
async function writeFolder(folder: string, files: Files): Promise<void> {
  if (await hasFiles(folder, files)) {
    const now = new Date();
    await utimes(folder, now, now);
    return;
  }
  await mkdir(path.dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.draft-`);
  await writeFiles(draft, files);
  try {
    await rename(draft, folder);
  } catch {
    // Another run may have created the folder meanwhile, with the same files; otherwise it is replaced.
    if (!(await hasFiles(folder, files))) {
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
    }
    await rm(draft, { recursive: true, force: true });
  }
}

/** Whether a folder has exactly these files. Reads synchronously, as one promise for each of some 180 files takes four times as long. */
async function hasFiles(folder: string, files: Files): Promise<boolean> {
  try {
    const names = await readdir(folder);
    if (names.length !== Object.keys(files).length) return false;
    return names.every((name) => readFileSync(path.join(folder, name), 'utf8') === files[name]);
  } catch {
    return false;
  }
}

/** A day: no run of Pulumi takes longer. */
const maxUnusedMs = 24 * 60 * 60 * 1_000;

/** Removes folders that no run has used for a day; another run may remove them at the same time. */
async function prune(dist: string): Promise<void> {
  const names = (await readdir(dist)).filter((name) => /^[0-9a-f]{16}(?:\.draft-\w+)?$/.test(name));
  const oldest = Date.now() - maxUnusedMs;
  await Promise.all(
    names.map(async (name) => {
      const folder = path.join(dist, name);
      const found = await stat(folder).catch(() => undefined);
      if (found && found.mtimeMs < oldest) await rm(folder, { recursive: true, force: true });
    }),
  );
}

/** Writes files into a folder, which is created if it is missing. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), text)));
}
