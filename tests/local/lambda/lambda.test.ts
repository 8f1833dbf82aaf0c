import { readdir } from 'node:fs/promises';
import { tinyLambda } from '../tiny-stack.ts';

// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const megabyte = 1024 * 1024;

/** Tells its environment apart, and how often it has been used. */
const counter = `
  const id = Math.random();
  let calls = 0;
  export const handler = async ({ wait = 0 }) => {
    calls += 1;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return { id, calls };
  };`;

describe('environments', () => {
  test('sequential calls share one environment', async () => {
    const tiny = await tinyLambda(counter);
    const first = JSON.parse((await tiny.invoke()).text);
    const second = JSON.parse((await tiny.invoke()).text);
    expect(second).toEqual({ id: first.id, calls: 2 });
  });

  test('concurrent calls use separate environments', async () => {
    // Each call waits until all three are there.
    const source = `
      import { readdir, writeFile } from 'node:fs/promises';
      export const handler = async ({ name }) => {
        await writeFile(new URL('here-' + name, import.meta.url), '');
        while ((await readdir(new URL('.', import.meta.url))).length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
        return name;
      };`;
    const tiny = await tinyLambda(source);
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => tiny.invoke({ name })));
    expect(answers.map(({ text }) => text)).toEqual(['"a"', '"b"', '"c"']);
  });

  test('each environment serves one call at a time', async () => {
    const source = `
      let busy = false;
      export const handler = async () => {
        const met = busy;
        busy = true;
        await new Promise((resolve) => setTimeout(resolve, 20));
        busy = false;
        return met;
      };`;
    const tiny = await tinyLambda(source);
    const answers = await Promise.all(Array.from({ length: 40 }, () => tiny.invoke()));
    expect(answers.map(({ text }) => text)).toEqual(answers.map(() => 'false'));
  });

  test('environments are frozen between calls', async () => {
    const ticking = `let ticks = 0; setInterval(() => { ticks += 1; }, 5); export const handler = async () => ticks;`;
    const tiny = await tinyLambda(ticking);
    const before = Number((await tiny.invoke()).text);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = Number((await tiny.invoke()).text);
    expect(after - before).toBeLessThan(10);
  });

  test('an environment that dies answers with an error and is replaced', async () => {
    const source = `export const handler = async ({ die }) => { if (die) process.exit(1); return 'fine'; };`;
    const tiny = await tinyLambda(source);
    expect((await tiny.invoke({ die: true })).result).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
    expect((await tiny.invoke({})).text).toBe('"fine"');
  });

  test('an uncaught error ends the call and the environment', async () => {
    const source = `export const handler = async ({ die }) => {
      if (die) setTimeout(() => { throw new RangeError('stray'); }, 1); else return 'fine';
      await new Promise(() => {}); };`;
    const tiny = await tinyLambda(source);
    expect((await tiny.invoke({ die: true })).result).toMatchObject({
      error: { errorType: 'RangeError', errorMessage: 'stray' },
    });
    expect((await tiny.invoke({})).text).toBe('"fine"');
  });

  test('an environment that times out is ended, even in a busy loop', async () => {
    const source = `export const handler = async ({ spin }) => { while (spin); return 'fine'; };`;
    const tiny = await tinyLambda(source, { timeoutSeconds: 2 });
    expect((await tiny.invoke({ spin: true })).result).toMatchObject({ error: { errorType: 'Sandbox.Timedout' } });
    expect((await tiny.invoke({})).text).toBe('"fine"');
  });

  test.each([
    ['a module that is not there', 'other.handler', 'Runtime.ImportModuleError'],
    ['an export that is not there', 'index.other', 'Runtime.HandlerNotFound'],
  ])('%s is an error of the initialisation', async (_name, handler, errorType) => {
    const tiny = await tinyLambda(counter, { handler });
    expect(await tiny.lambda.warm()).toMatchObject({ errorType });
    expect((await tiny.invoke()).result).toMatchObject({ ok: false, error: { errorType } });
  });
});

describe('what the function sees', () => {
  test("only the declared variables and Lambda's own", async () => {
    const source = `export const handler = async () => process.env;`;
    const tiny = await tinyLambda(source, { environment: { BEDROCK_KEYS: 'any' } });
    const seen = JSON.parse((await tiny.invoke()).text);
    expect(Object.keys(seen).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'BEDROCK_KEYS',
      'LAMBDA_RUNTIME_DIR',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'LD_LIBRARY_PATH',
      'NODE_PATH',
      'PATH',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ]);
    expect(seen).toMatchObject({
      _HANDLER: 'index.handler',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      AWS_LAMBDA_FUNCTION_NAME: 'tiny',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_REGION: 'us-east-1',
      BEDROCK_KEYS: 'any',
    });
    expect(await readdir(seen.LAMBDA_TASK_ROOT)).toEqual(['index.mjs']);
  });

  test.each([
    [true, '1'],
    [false, '0'],
  ])('a trace for each invocation, which X-Ray keeps where the function is traced (%s)', async (isTraced, sampled) => {
    const source = `export const handler = async () => process.env._X_AMZN_TRACE_ID;`;
    const tiny = await tinyLambda(source, { isTraced });
    const [one, other] = [JSON.parse((await tiny.invoke()).text), JSON.parse((await tiny.invoke()).text)];
    for (const trace of [one, other]) {
      expect(trace).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$/);
      expect(trace.endsWith(`Sampled=${sampled}`)).toBe(true);
    }
    expect(other).not.toBe(one);
  });

  test('the invocation context', async () => {
    const source = `export const handler = async (event, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis() });`;
    const tiny = await tinyLambda(source, { timeoutSeconds: 7 });
    const { remaining, ...context } = JSON.parse((await tiny.invoke()).text);
    expect(context).toEqual({
      functionName: 'tiny',
      functionVersion: '1',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/tiny',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[1\][0-9a-f]{32}$/),
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:tiny:live',
      callbackWaitsForEmptyEventLoop: true,
    });
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(7000);
  });

  test('its output is passed on unchanged', async () => {
    const source = `export const handler = async () => { console.log('{"level":"INFO"}'); process.stderr.write('plain\\n'); };`;
    const tiny = await tinyLambda(source);
    await tiny.invoke();
    expect(tiny.log()).toBe('{"level":"INFO"}\nplain\n');
  });
});

describe('what Lambda refuses', () => {
  const length = `export const handler = async ({ text }) => text.length;`;

  test('refuses an event of 6 MB and accepts a slightly smaller one', async () => {
    const tiny = await tinyLambda(length);
    const overhead = JSON.stringify({ text: '' }).length;
    const large = await tiny.invoke({ text: 'x'.repeat(6 * megabyte - overhead) });
    expect(large.result).toEqual({ ok: false, refused: 'too-large' });
    const small = await tiny.invoke({ text: 'x'.repeat(6 * megabyte - overhead - 1) });
    expect(small.text).toBe(String(6 * megabyte - overhead - 1));
  });

  test('refuses more concurrent calls than are reserved', async () => {
    const tiny = await tinyLambda(counter, { reservedConcurrency: 1 });
    const [first, second] = await Promise.all([tiny.invoke({ wait: 100 }), tiny.invoke()]);
    expect(first?.result).toEqual({ ok: true });
    expect(second?.result).toEqual({ ok: false, refused: 'throttled' });
    expect((await tiny.invoke()).result).toEqual({ ok: true });
  });
});
