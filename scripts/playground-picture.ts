// Takes the picture of the playground in docs/: `node scripts/playground-picture.ts`, which needs Chromium or Chrome.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { BrowserPage, findBrowser } from './browser.ts';

const root = path.resolve(import.meta.dirname, '..');
const browser = findBrowser();
if (browser === undefined) throw new Error('there is no Chromium or Chrome on PATH: set CHROMIUM to its path');

const stack = spawn(process.execPath, [path.join(root, 'local', 'main.ts'), '--port', '0', '--json'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'ignore'],
});
try {
  const [line] = await once(stack.stdout, 'data');
  const page = await BrowserPage.open(browser);
  await page.look({ width: 1200, height: 840, scheme: 'light' });
  await page.go(`${new URL(JSON.parse(String(line)).baseUrl).origin}/playground`);
  await page.until("document.querySelectorAll('#model option').length > 9");
  // The first call starts what later ones find running, so it takes longer than usual.
  await page.type('Hello');
  await page.press('Enter');
  await page.until("document.querySelector('button.note') !== null");
  await page.evaluate("document.getElementById('clear').click()");
  await page.evaluate('document.getElementById("fields").value = \'{"seed": 1, "max_tokens": 200}\'');
  await page.type('Why is the sky blue?');
  await page.press('Enter');
  await page.until("document.querySelector('button.note') !== null");
  writeFileSync(path.join(root, 'docs', 'playground.png'), await page.picture());
  await page.close();
} finally {
  stack.kill();
}
