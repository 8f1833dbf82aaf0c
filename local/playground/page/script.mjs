// The page's script. Everything that a model or a server wrote becomes text nodes, never markup; the page's policy enforces that.

const at = (id) => document.getElementById(id);
const [messages, composer, message, model] = ['messages', 'composer', 'message', 'model'].map(at);

/** Each turn: the messages that it adds, its bubble, and what the inspector shows of it. */
let turns = [];
let running;
let recorded = [];

/** An element with text and a class. */
function make(name, { text = '', kind = '' } = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind !== '') element.className = kind;
  return element;
}

async function start() {
  const state = await (await fetch('/playground/state')).json();
  at('stack').textContent = `stack ${state.stack}, on this machine`;
  at('key').value = state.apiKey ?? '';
  recorded = state.recorded;
  if (state.apiKey === null) {
    composer.querySelector('details').open = true;
    at('empty').textContent = 'Enter your own Bedrock API key under Options. It stays in this page.';
  }
  fill(state.names, []);
  model.value = state.model;
  await listModels(state);
}

/** Lists what the key may call; the stack's own names come first. */
async function listModels({ names, model: first }) {
  const key = at('key').value;
  if (key === '') return;
  const response = await fetch('/v1/models', { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) return;
  const { data } = await response.json();
  const ids = data.map(({ id }) => id);
  fill(
    names.filter((name) => ids.includes(name)),
    ids.filter((id) => !names.includes(id)),
  );
  if (ids.includes(first)) model.value = first;
}

function fill(names, ids) {
  const groups = [
    ['Names of the stack', names],
    ['Bedrock model IDs', ids],
  ];
  model.replaceChildren(
    ...groups
      .filter(([, list]) => list.length > 0)
      .map(([title, list]) => {
        const group = make('optgroup');
        group.label = title;
        group.append(...list.map((name) => new Option(name, name)));
        return group;
      }),
  );
}

/** The request that the controls ask for. Throws if the further fields are no JSON object. */
function requestFor(text) {
  const system = at('system').value.trim();
  const history = turns.flatMap((turn) => turn.messages);
  const written = at('fields').value.trim();
  const fields = written === '' ? {} : JSON.parse(written);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw new Error('not a JSON object');
  return {
    model: model.value,
    messages: [
      ...(system === '' ? [] : [{ role: 'system', content: system }]),
      ...history,
      { role: 'user', content: text },
    ],
    stream: true,
    stream_options: { include_usage: true },
    ...fields,
  };
}

function addBubble(role, text) {
  at('empty')?.remove();
  const bubble = make('article', { kind: `message ${role}` });
  const body = make('div', { text, kind: 'text' });
  bubble.setAttribute('aria-label', role === 'user' ? 'You' : 'Model');
  bubble.append(body);
  messages.append(bubble);
  messages.scrollTop = messages.scrollHeight;
  return { bubble, body };
}

async function send(text) {
  const turn = { messages: [], calls: [], facts: {}, text: '', finish: undefined };
  let request;
  try {
    request = requestFor(text);
  } catch (error) {
    // A field in closed details takes no focus.
    composer.querySelector('details').open = true;
    at('fields').focus();
    return fail(
      { ...turn, ...addBubble('assistant', '') },
      `The further fields are not a JSON object: ${error.message}`,
    );
  }
  addBubble('user', text);
  Object.assign(turn, addBubble('assistant', ''), { request });
  message.value = '';
  turns.push(turn);
  running = new AbortController();
  busy(true);
  try {
    await exchange(turn);
    turn.messages = [
      { role: 'user', content: text },
      { role: 'assistant', content: turn.text },
    ];
  } catch (error) {
    fail(turn, error.name === 'AbortError' ? 'Stopped.' : error.message);
  }
  busy(false);
  turn.calls = await callsAfter(turn.mark).catch(() => []);
  label(turn);
  show(turn);
}

async function exchange(turn) {
  turn.mark = (await (await fetch('/playground/calls', { signal: running.signal })).json()).last;
  const began = performance.now();
  const since = () => performance.now() - began;
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${at('key').value}`, 'content-type': 'application/json' },
    body: JSON.stringify(turn.request),
    signal: running.signal,
  });
  const header = (name) => response.headers.get(name) ?? undefined;
  Object.assign(turn.facts, {
    status: response.status,
    target: header('x-gateway-target'),
    ignored: header('x-gateway-ignored'),
    requestId: header('x-request-id'),
  });
  show(turn);
  try {
    if (!response.ok) throw new Error(refusal(await response.text()));
    if ((header('content-type') ?? '').startsWith('text/event-stream')) await readEvents(response, turn, since);
    else readWhole(await response.json(), turn);
  } finally {
    turn.facts.total = since();
  }
}

/** The message of an error object, or the text itself. */
function refusal(text) {
  try {
    const { error, message: other } = JSON.parse(text);
    return [error?.code, error?.message ?? other ?? text].filter(Boolean).join(': ');
  } catch {
    return text.slice(0, 1000) || 'The answer was empty.';
  }
}

async function readEvents(response, turn, since) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let isDone = false;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines.filter((each) => each.startsWith('data:'))) {
      const data = line.slice(5).trim();
      if (data === '[DONE]') isDone = true;
      else readEvent(JSON.parse(data), turn, since);
    }
  }
  if (!isDone) throw new Error('The stream ended early.');
}

function readEvent(event, turn, since) {
  if (event.error) throw new Error(refusal(JSON.stringify(event)));
  if (event.usage) turn.facts.usage = event.usage;
  const [choice] = event.choices ?? [];
  if (!choice) return;
  if (choice.finish_reason) turn.facts.finish = choice.finish_reason;
  const { content, reasoning_content: reasoning, tool_calls: calls = [] } = choice.delta ?? {};
  if (content || reasoning || calls.length > 0) turn.facts.first ??= since();
  write(turn, content, reasoning);
  for (const { function: called = {} } of calls)
    write(turn, `${called.name ? `\n${called.name} ` : ''}${called.arguments ?? ''}`);
}

function readWhole({ choices = [], usage }, turn) {
  const [choice] = choices;
  turn.facts.usage = usage;
  turn.facts.finish = choice?.finish_reason;
  write(turn, choice?.message?.content, choice?.message?.reasoning_content);
  for (const { function: called } of choice?.message?.tool_calls ?? [])
    write(turn, `\n${called?.name} ${called?.arguments}`);
}

/** Adds text to the answer, and follows it unless somebody has scrolled up. */
function write(turn, content, reasoning) {
  const follows = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 60;
  if (reasoning) {
    turn.reasoning ??= turn.bubble.insertBefore(make('div', { kind: 'reasoning' }), turn.body);
    turn.reasoning.append(reasoning);
  }
  if (content) {
    turn.text += content;
    turn.body.append(content);
  }
  if (follows) messages.scrollTop = messages.scrollHeight;
}

function fail(turn, text) {
  turn.facts.error = text;
  turn.bubble.classList.add('failed');
  turn.bubble.setAttribute('role', 'alert');
  turn.body.append(turn.text === '' ? text : `\n\n${text}`);
}

/** Calls of other clients at the same moment are among them. */
async function callsAfter(mark) {
  return mark === undefined ? [] : (await (await fetch(`/playground/calls?after=${mark}`)).json()).calls;
}

const ms = (value) => (value === undefined ? undefined : `${Math.round(value)} ms`);

function tokens({ prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details } = {}) {
  if (input === undefined) return undefined;
  const cached = details?.cached_tokens ? `, ${details.cached_tokens} of them cached` : '';
  return `${input} in${cached}, ${output ?? 0} out`;
}

/** The line below an answer, which shows its turn in the inspector. */
function label(turn) {
  const text = [turn.request.model, tokens(turn.facts.usage), ms(turn.facts.total)].filter(Boolean).join(' · ');
  const button = make('button', { text, kind: 'note' });
  button.type = 'button';
  button.addEventListener('click', () => show(turn));
  turn.bubble.append(button);
  messages.scrollTop = messages.scrollHeight;
}

function show(turn) {
  for (const each of turns) each.bubble.dataset.shown = String(each === turn);
  const { status, target, ignored, requestId, finish, usage, first, total, error } = turn.facts;
  const rows = [
    ['Status', status, status < 400 && !error ? 'good' : 'bad'],
    ['Error', error, 'bad'],
    ['Target', target],
    ['Ignored', ignored ?? (status < 400 ? 'nothing' : undefined)],
    ['Finish reason', finish],
    ['Tokens', tokens(usage)],
    ['First token', ms(first)],
    ['Whole answer', ms(total)],
    ['Request ID', requestId],
  ].filter(([, value]) => value !== undefined);
  at('facts').replaceChildren(
    ...rows.flatMap(([name, value, kind]) => [make('dt', { text: name }), make('dd', { text: String(value), kind })]),
  );
  at('request').textContent = pretty(turn.request);
  at('calls').replaceChildren(...(turn.calls.length > 0 ? turn.calls.map(callOf) : [nothingSent(turn)]));
}

function nothingSent({ facts: { status } }) {
  const where =
    recorded.length === 0
      ? 'No service is simulated'
      : `Only calls to simulators are recorded (${recorded.join(', ')})`;
  return make('p', {
    text: status === undefined || status < 400 ? `${where}.` : `No call was recorded. ${where}.`,
    kind: 'quiet',
  });
}

function callOf({ service, method, path, status, milliseconds, authorization, body, isCut }) {
  const details = make('details');
  details.open = method === 'POST';
  const answer = status === undefined ? 'not over' : `${status}, ${milliseconds} ms`;
  details.append(
    make('summary', { text: `${service}  ${method} ${path}  ${answer}` }),
    make('p', { text: `authorization: ${authorization === undefined ? 'none' : `${authorization} …`}`, kind: 'quiet' }),
  );
  if (body !== '') {
    const text = make('pre', { text: isCut ? `${body}\n[cut]` : pretty(body) });
    text.tabIndex = 0;
    details.append(text);
  }
  return details;
}

function pretty(value) {
  try {
    return JSON.stringify(typeof value === 'string' ? JSON.parse(value) : value, undefined, 2);
  } catch {
    return String(value);
  }
}

function busy(isBusy) {
  at('send').disabled = isBusy;
  at('stop').hidden = !isBusy;
  at('clear').disabled = isBusy;
  if (!isBusy) message.focus();
}

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = message.value.trim();
  if (text !== '' && !at('send').disabled) void send(text);
});
message.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});
addEventListener('keydown', (event) => event.key === 'Escape' && running?.abort());
at('stop').addEventListener('click', () => running?.abort());
at('clear').addEventListener('click', () => {
  turns = [];
  for (const element of [messages, at('facts'), at('request'), at('calls')]) element.replaceChildren();
  message.focus();
});
at('key').addEventListener(
  'change',
  () => void listModels({ names: [...model.options].map(({ value }) => value), model: model.value }),
);
message.focus();
await start();
