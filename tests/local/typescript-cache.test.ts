import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, runScript } from '../support/gateway.ts';

test('a source that is new is stripped without a warning', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'typescript-cache-'));
  const file = path.join(folder, 'new.ts');
  await writeFile(file, `export const text: string = ${JSON.stringify(folder)};\n`);
  const program = `
    await import(${JSON.stringify(path.join(root, 'local', 'typescript-cache.mjs'))});
    const { text } = await import(${JSON.stringify(file)});
    console.log(text);`;
  const run = runScript(process.execPath, ['--input-type=module', '--eval', program]);
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect([run.stdout(), run.stderr()]).toEqual([`${folder}\n`, '']);
  await rm(folder, { recursive: true });
});
