import * as z from 'zod/v4';
import { ownerOf } from '../../storage/owners.ts';
import { storageSettings } from '../../storage/settings.ts';
import { ApiError } from '../../errors.ts';
import type { RequestContext } from '../../request-context.ts';

/** A file as the Files API shows it, as far as tools need it. */
export const storedFile = z.object({
  id: z.string(),
  filename: z.string(),
  bytes: z.int().min(0),
  expires_at: z.int(),
});

/** Fields of a file in the result of a tool. */
export const fileResult = {
  filename: z.string(),
  bytes: z.int().min(0).describe('The size of the file.'),
  expires_at: z.int().min(0).describe('When the file is deleted, in seconds since 1970.'),
};

/**
 * Whether the tools for files are there for a caller: the stack stores files, and this caller can have some. A Bedrock key is not proven
 * for it: calls do that.
 */
export function hasFiles({
  caller,
  services: { storage, catalog },
}: Pick<RequestContext, 'caller' | 'services'>): boolean {
  if (storage === undefined) return false;
  try {
    ownerOf({ ...caller, isProven: true }, storageSettings(catalog.storage));
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
