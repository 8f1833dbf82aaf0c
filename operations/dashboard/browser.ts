import { spawn } from 'node:child_process';
import process from 'node:process';

/** The command that opens a URL on a system; undefined if it shows no windows. */
export function browserCommand(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly [command: string, ...args: string[]] | undefined {
  if (platform === 'darwin') return ['open'];
  // `start` belongs to a shell, to which & in a URL means something.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}

/** Opens a URL in the browser of whoever is at this machine; resolves to false if there is none. */
export function openInBrowser(url: string): Promise<boolean> {
  const [command, ...args] = browserCommand(process.platform, process.env) ?? [];
  if (command === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
