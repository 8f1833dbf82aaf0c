import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** Where things that all clones of a user share are kept once made: under `XDG_CACHE_HOME`, or else `~/.cache`. */
export function cacheFolder() {
  return path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'bedrock-gateway');
}
