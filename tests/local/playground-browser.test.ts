import { BrowserPage, findBrowser } from '../../scripts/browser.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { needs } from '../support/skip.ts';

// The local stack and a browser are started first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const browser = findBrowser();

needs(browser !== undefined, 'there is no Chromium or Chrome on PATH, and CHROMIUM names none')(
  'the playground in a browser',
  () => {
    let gateway: Gateway;
    let page: BrowserPage;
    let url: string;
    beforeAll(async () => {
      gateway = await startGateway();
      page = await BrowserPage.open(browser ?? '');
      url = `${new URL(gateway.baseUrl).origin}/playground`;
    });
    afterAll(async () => {
      await page.close();
      await gateway.close();
    });
    beforeEach(async () => {
      await page.look({ width: 1200, height: 760, scheme: 'light' });
      await page.go(url);
      await page.until("document.querySelectorAll('#model option').length === 51");
      page.errors.length = 0;
    });

    const text = (selector: string): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((each) => each.textContent)`);

    /** Sets controls by their ids. */
    async function set(values: Readonly<Record<string, string>>): Promise<void> {
      for (const [id, value] of Object.entries(values))
        await page.evaluate(`document.getElementById('${id}').value = ${JSON.stringify(value)}`);
    }

    /** What the inspector says, by its labels. */
    async function facts(): Promise<Record<string, string>> {
      const entries = await page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#facts dt')].map((dt) => [dt.textContent, dt.nextSibling.textContent]))",
      );
      return entries as Record<string, string>;
    }

    /** Types a message, sends it, and waits for the end of its answer. */
    async function ask(message: string): Promise<void> {
      await page.type(message);
      await page.press('Enter');
      await page.until(
        "!document.getElementById('send').disabled && document.querySelectorAll('button.note').length === document.querySelectorAll('.assistant').length",
      );
    }

    test('streams a chat, and shows the target, what was ignored, tokens, times and the request that was sent on', async () => {
      await set({ fields: '{"seed": 1, "max_tokens": 200}', system: 'Be brief.' });
      await ask('What is a gateway?');
      expect(await text('.user .text')).toEqual(['What is a gateway?']);
      expect(await text('.assistant .text')).toEqual([
        expect.stringMatching(/^You wrote “What is a gateway\?”, so here is an answer\./),
      ]);
      expect(await facts()).toEqual({
        Status: '200',
        Target: 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0 (claude-sonnet-4-5, converse)',
        Ignored: 'seed',
        'Finish reason': 'stop',
        Tokens: expect.stringMatching(/^\d+ in, \d+ out$/),
        'First token': expect.stringMatching(/^\d+ ms$/),
        'Whole answer': expect.stringMatching(/^\d+ ms$/),
        'Request ID': expect.stringMatching(/^[\w-]+$/),
      });
      const [request] = (await text('#request')) as [string];
      expect(JSON.parse(request)).toEqual({
        model: 'gpt-4o',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'What is a gateway?' },
        ],
        stream: true,
        stream_options: { include_usage: true },
        seed: 1,
        max_tokens: 200,
      });
      expect(await text('#calls summary')).toEqual([
        expect.stringMatching(
          /^Bedrock {2}POST \/model\/us\.anthropic\.claude-sonnet-4-5-20250929-v1%3A0\/converse-stream {2}200, \d+ ms$/,
        ),
      ]);
      expect(await text('#calls p')).toEqual(['authorization: Bearer …']);
      const [sent] = (await text('#calls pre')) as [string];
      expect(JSON.parse(sent)).toEqual({
        system: [{ text: 'Be brief.' }],
        messages: [{ role: 'user', content: [{ text: 'What is a gateway?' }] }],
        inferenceConfig: { maxTokens: 200 },
      });
      expect(page.errors).toEqual([]);
    });

    test('sends the turns before, and shows an earlier one again by the keyboard', async () => {
      await ask('One');
      await ask('Two');
      const roles =
        "JSON.parse(document.getElementById('request').textContent).messages.map(({ role, content }) => role === 'user' ? content : role)";
      expect(await page.evaluate(roles)).toEqual(['One', 'assistant', 'Two']);
      await page.evaluate("document.querySelector('button.note').focus()");
      await page.press('Enter');
      expect(await page.evaluate(roles)).toEqual(['One']);
      expect(await page.evaluate("document.querySelectorAll('[data-shown=true]').length")).toBe(1);
    });

    test('shows errors of the gateway, and those of its own fields', async () => {
      await set({ model: 'throttled' });
      await ask('Hello');
      expect(await text('.failed .text')).toEqual([
        'rate_limit_exceeded: Too many requests, please wait before trying again.',
      ]);
      expect(await facts()).toMatchObject({ Status: '429', Error: expect.stringMatching(/^rate_limit_exceeded: /) });
      expect(await page.evaluate("document.querySelector('.failed').getAttribute('role')")).toBe('alert');
      await set({ model: 'gpt-4o', fields: '[1]' });
      await page.evaluate("document.getElementById('message').focus()");
      await page.type('Hello');
      await page.press('Enter');
      expect(await text('.failed .text')).toEqual([
        'rate_limit_exceeded: Too many requests, please wait before trying again.',
        'The further fields are not a JSON object: not a JSON object',
      ]);
      expect(await page.evaluate('document.activeElement.id')).toBe('fields');
    });

    test('shows a stream that breaks, with the text that came before', async () => {
      await set({ fields: '{"metadata": {"simulator-fault": "reset-mid-stream"}}' });
      await ask('What is a gateway?');
      expect(await text('.failed .text')).toEqual([expect.stringMatching(/^You wrote .*\n\n/s)]);
      expect(Object.keys(await facts())).toContain('Error');
    });

    test('Escape stops an answer, and Shift+Enter does not send', async () => {
      await set({ fields: '{"metadata": {"simulator-fault": "slow-tokens=500"}}' });
      await page.type('One');
      await page.press('Enter', { shift: true });
      await page.type('Two');
      expect(await text('.user')).toEqual([]);
      await page.press('Enter');
      await page.until("document.querySelector('.assistant .text')?.textContent !== ''");
      await page.press('Escape');
      await page.until("!document.getElementById('send').disabled");
      expect(await text('.user .text')).toEqual(['One\nTwo']);
      expect(await text('.failed .text')).toEqual([expect.stringMatching(/\n\nStopped\.$/)]);
      expect(await page.evaluate('document.activeElement.id')).toBe('message');
    });

    test('shows markup of a model as text', async () => {
      const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>&lt;b&gt;';
      await ask(hostile);
      expect(await text('.user .text')).toEqual([hostile]);
      expect(await text('.assistant .text')).toEqual([
        expect.stringContaining('<img src=x onerror="document.title=1"><script>'),
      ]);
      expect(await page.evaluate("document.querySelectorAll('main img, main script').length")).toBe(0);
      expect(await page.evaluate('document.title')).toBe('Playground – bedrock-gateway');
      expect(page.errors).toEqual([]);
    });

    test('lets no script in, even if a text became markup', async () => {
      const inserted = page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\">')",
      );
      await expect(inserted).rejects.toThrow('TrustedHTML');
    });

    test('can be reached by the Tab key alone, in the order of the page', async () => {
      await page.evaluate("document.getElementById('model').focus()");
      const order: unknown[] = [];
      for (let count = 0; count < 5; count += 1) {
        await page.press('Tab');
        order.push(await page.evaluate('document.activeElement.id || document.activeElement.textContent'));
      }
      expect(order).toEqual(['messages', 'message', 'send', 'clear', 'Options']);
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    });

    test.each([
      ['light', 400],
      ['dark', 400],
      ['light', 1200],
      ['dark', 1200],
    ] as const)('fits a window of %s colours and %i pixels, with enough contrast', async (scheme, width) => {
      await page.look({ width, height: 800, scheme });
      await ask('A-word-without-any-place-to-break-it-'.repeat(20));
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      const contrast = `(() => {
      const channels = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255);
      const light = (color) => channels(color)
        .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
        .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
      const back = (element) => {
        const own = getComputedStyle(element).backgroundColor;
        return own === 'rgba(0, 0, 0, 0)' ? back(element.parentElement) : own;
      };
      return Math.min(...[...document.querySelectorAll('h1, h2, p, label, dt, dd, .text, button:enabled, summary, pre, select')].filter((each) => each.checkVisibility()).map((each) => {
        const [a, b] = [light(getComputedStyle(each).color), light(back(each))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
      }));
    })()`;
      // WCAG 2.2, 1.4.3: at least 4.5 for text.
      expect(await page.evaluate(contrast)).toBeGreaterThan(4.5);
    });
  },
);
