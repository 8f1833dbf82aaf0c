import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of Chromium or Chrome: what `CHROMIUM` names, or the first on PATH; undefined if there is none. */
export function findBrowser(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  if (env['CHROMIUM']) return env['CHROMIUM'];
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find((file) => existsSync(file));
}

/** Headless, and without the services that a browser calls in the background. The sandbox does not work for root in a container. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--hide-scrollbars',
  '--remote-debugging-port=0',
];

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly [name: string]: unknown };
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void;
  readonly reject: (error: Error) => void;
}

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

/** One page in a headless browser, driven by the Chrome DevTools Protocol. */
export class BrowserPage {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  #session: string | undefined;
  #count = 0;
  /** Errors of the page: exceptions, violations of its policy, and resources that could not be loaded. */
  readonly errors: string[] = [];

  private constructor({ child, profile, socket }: { child: ChildProcess; profile: string; socket: WebSocket }) {
    this.#child = child;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data))));
  }

  /** Starts the browser at a path with an empty page. Rejects if it does not start. */
  static async open(browser: string): Promise<BrowserPage> {
    const profile = await mkdtemp(path.join(tmpdir(), 'browser-'));
    const child = spawn(browser, [...flags, `--user-data-dir=${profile}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    const socket = new WebSocket(await debuggerUrl(child));
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error('the browser refuses the debugger')));
    });
    const page = new BrowserPage({ child, profile, socket });
    const { targetId } = await page.#send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await page.#send('Target.attachToTarget', { targetId, flatten: true });
    page.#session = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log']) await page.#send(`${domain}.enable`);
    return page;
  }

  /** Goes to a URL and waits until its scripts have run. */
  async go(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
    await this.until("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** The value of an expression in the page; a promise is waited for. Rejects with what it throws. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return member(result, 'value');
  }

  /** Waits until an expression is true in the page. Rejects after 30 s. */
  async until(expression: string): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(30))
      if ((await this.evaluate(expression).catch(() => false)) === true) return;
    throw new Error(`not true within 30 s: ${expression}`);
  }

  /** Types into what has the focus. */
  async type(text: string): Promise<void> {
    await this.#send('Input.insertText', { text });
  }

  /** Presses a key such as `Enter` or `Tab`. */
  async press(key: 'Enter' | 'Tab' | 'Escape', modifiers: { readonly shift?: true } = {}): Promise<void> {
    const code = { Enter: 13, Tab: 9, Escape: 27 }[key];
    const shared = { key, code: key, windowsVirtualKeyCode: code, modifiers: modifiers.shift ? 8 : 0 };
    await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', ...shared, ...(key === 'Enter' && { text: '\r' }) });
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', ...shared });
  }

  /** Sets the size of the window and the colours that the user prefers. */
  async look({ width, height, scheme }: Look): Promise<void> {
    await this.#send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.#send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  /** A picture of the window, as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(String(data), 'base64');
  }

  /** Ends the browser and removes its profile. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => void this.#child.once('exit', resolve));
    this.#socket.close();
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    this.#count += 1;
    const id = this.#count;
    const answered = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#socket.send(JSON.stringify({ id, method, params, ...(this.#session && { sessionId: this.#session }) }));
    return answered;
  }

  #receive({ id, method, params, result, error }: Message): void {
    if (method === 'Runtime.exceptionThrown') this.errors.push(JSON.stringify(params?.['exceptionDetails']));
    const entry = method === 'Log.entryAdded' ? params?.['entry'] : undefined;
    if (member(entry, 'level') === 'error') this.errors.push(String(member(entry, 'text')));
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result ?? {});
    else waiting.reject(new Error(error.message));
  }
}

/** Where a browser lets itself be driven, as it says on standard error. Rejects if it ends before. */
function debuggerUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, url] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the browser ended with ${code}: ${said.slice(-500)}`)));
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
