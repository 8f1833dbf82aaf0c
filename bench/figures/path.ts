import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bench } from '../bench.ts';
import { plainCatalog } from '../catalog.ts';
import { goal, row, type Figure } from '../figure.ts';
import { gatewayEnv } from '../gateway-env.ts';
import { eventText } from '../lambda-event.ts';
import { conversation, pieceStart } from '../payloads.ts';
import { start } from '../processes.ts';
import type { Traced } from '../servers/coverage.ts';

/** Counts the files and named functions that a plain chat enters once everything is loaded: the second event's. */
export async function chatPath(bench: Bench): Promise<Figure[]> {
  const traced = await trace(bench);
  if (bench.options.trace) console.log(sequence(traced));
  const files = filesOf(traced);
  const { functions } = traced;
  const inFolder = (of: readonly string[], folder: string): number[] => [
    of.filter((file) => folderOf(file) === folder).length,
  ];
  const folders = [...new Set(files.map(folderOf))].toSorted();
  const owners = functions.map(({ file }) => file);
  return [
    {
      id: 'path-files',
      title: 'Files that a warm plain chat enters, by folder',
      unit: '',
      rows: [row('all', [files.length]), ...folders.map((folder) => row(folder, inFolder(files, folder)))],
      goals: [goal('files that a warm plain chat enters', { atMost: 50, unit: '' }, [files.length])],
    },
    {
      id: 'path-functions',
      title: 'Named functions that a warm plain chat enters, by folder',
      unit: '',
      rows: [row('all', [functions.length]), ...folders.map((folder) => row(folder, inFolder(owners, folder)))],
      goals: [goal('functions that a warm plain chat enters', { atMost: 150, unit: '' }, [functions.length])],
    },
  ];
}

/** Runs the sources beside a catalog, as the bundle runs beside its own. */
async function trace({ root, folder, cores, backend }: Bench): Promise<Traced> {
  const copy = path.join(folder, 'sources');
  await mkdir(path.join(copy, 'schemas'), { recursive: true });
  await cp(path.join(root, 'function'), path.join(copy, 'function'), { recursive: true });
  await cp(path.join(root, 'schemas', 'compiled'), path.join(copy, 'schemas', 'compiled'), { recursive: true });
  await cp(path.join(root, 'package.json'), path.join(copy, 'package.json'));
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
  const sources = path.join(copy, 'function');
  await writeFile(path.join(sources, 'catalog.json'), JSON.stringify(plainCatalog));
  const script = new URL('../servers/coverage.ts', import.meta.url);
  const server = await start({ script, core: cores?.server, env: gatewayEnv(backend.origin) });
  const event = eventText('buffered', conversation(460, { turns: 1 }));
  const traced = await server.ask<Traced>({ event, sources });
  await server.stop();
  if (!traced.answer.includes(pieceStart)) throw new Error(`the sources answered: ${traced.answer}`);
  return traced;
}

function filesOf({ functions }: Traced): string[] {
  return [...new Set(functions.map(({ file }) => file))];
}

function folderOf(file: string): string {
  const [first = '', ...more] = file.split('/');
  return more.length === 0 ? 'function/' : `function/${first}/`;
}

/** Tells the way of the event, a line for each stay in a file; one that was entered before is marked. */
function sequence({ functions, order }: Traced): string {
  const lines: string[] = [];
  const seen = new Set<string>();
  let stay = '';
  for (const index of order) {
    const { file = '', name = '' } = functions[index] ?? {};
    if (file === stay) lines.push(`${lines.pop() ?? ''}, ${name}`);
    else lines.push(`${seen.has(file) ? '↩' : String(seen.size + 1)} ${file}: ${name}`);
    seen.add(file);
    stay = file;
  }
  return lines.join('\n');
}
