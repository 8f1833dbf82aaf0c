import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';

/** Files in PEM that make clients trust this server; they hold no key. */
export interface TrustFiles {
  /** The authority alone, for clients that add it to those they trust. */
  readonly authority: string;
  /** The authority and the public ones, for clients that then trust nothing else. */
  readonly bundle: string;
}

/** Files that exist until they are removed. */
export interface WrittenTrustFiles extends TrustFiles {
  readonly remove: () => Promise<void>;
}

/** Writes an authority (PEM) into a new folder that is this user's alone. */
export async function writeTrustFiles(authority: string): Promise<WrittenTrustFiles> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bedrock-gateway-https-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const files = { authority: path.join(folder, 'ca.pem'), bundle: path.join(folder, 'ca-bundle.pem') };
  try {
    await chmod(folder, 0o700);
    await writeFile(files.authority, authority, { mode: 0o600 });
    await writeFile(files.bundle, [authority, ...rootCertificates, ''].join('\n'), { mode: 0o600 });
  } catch (error) {
    await remove();
    throw error;
  }
  return { ...files, remove };
}
