import { isObject } from '../../dialects/json.ts';
import type { FileReference } from '../openai/file-references.ts';
import { objectsIn } from '../openai/file-references.ts';
import { unsupported } from '../chat/to-converse/refusal.ts';
import { mapObjects } from '../openai/media.ts';
import type { StoredFile } from '../translation.ts';
import { referenceError } from './to-converse/call-items.ts';

type Passed = Readonly<Record<string, unknown>>;

/** Tools that the client runs itself. All others are run by the server, for the stack's money and in its account. */
const clientTools: ReadonlySet<unknown> = new Set([
  'apply_patch',
  'computer',
  'computer_use_preview',
  'custom',
  'function',
  'local_shell',
  'namespace',
  'shell',
]);

/** Items of an input that bring tools. */
const toolItems: ReadonlySet<unknown> = new Set(['additional_tools', 'tool_search_output']);

/**
 * A request to a server that the stack pays for, without the tools that the server would run: they cost more, reach other servers, and read what
 * the stack's account has stored. Throws the ApiError 400 where one of them is forced, or nothing else is left of a required set.
 */
export function withoutServerTools(request: Passed): { readonly body: Passed; readonly ignored: readonly string[] } {
  const { tools, input, tool_choice: choice } = request;
  const all = listOf(tools);
  const added = listOf(input).flatMap((item) => addedTools(item) ?? []);
  const kept = all.filter(isClientTool);
  const others = [...all, ...added].filter((tool) => !isClientTool(tool));
  const forced = isObject(choice) && choice['type'] !== 'allowed_tools' ? choice['type'] : undefined;
  if (forced !== undefined && !clientTools.has(forced))
    throw unsupported(
      'tool_choice',
      "Unsupported value: 'tool_choice' forces a hosted tool, which this gateway does not have.",
    );
  if (others.length === 0) return { body: request, ignored: [] };
  if (others.length === all.length + added.length && choice === 'required')
    throw unsupported(
      'tool_choice',
      "Unsupported value: 'tool_choice' is 'required', and all tools are hosted ones, which this gateway does not have.",
    );
  const names = new Set(others.map((tool) => `tools.${String(typeOf(tool))}`));
  const body = {
    ...request,
    ...(kept.length < all.length && { tools: kept }),
    ...(added.length > 0 && { input: mapObjects(input, withClientTools) }),
    ...allowedChoice(choice),
  };
  return { body, ignored: [...names] };
}

function isClientTool(tool: unknown): boolean {
  const type = typeOf(tool);
  return clientTools.has(type) || (type === 'tool_search' && isObject(tool) && tool['execution'] === 'client');
}

/** The tools that an item of the input brings; undefined for an item that brings none. */
function addedTools(item: unknown): readonly unknown[] | undefined {
  return toolItems.has(typeOf(item)) && isObject(item) ? listOf(item['tools']) : undefined;
}

function withClientTools(item: object): object {
  const tools = addedTools(item);
  return tools === undefined ? item : { ...item, tools: tools.filter(isClientTool) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function typeOf(tool: unknown): unknown {
  return isObject(tool) ? tool['type'] : undefined;
}

/** The choice among some tools without those that are left out. */
function allowedChoice(choice: unknown): object {
  if (!isObject(choice) || choice['type'] !== 'allowed_tools' || !Array.isArray(choice['tools'])) return {};
  const tools = choice['tools'].filter((tool: unknown) => clientTools.has(typeOf(tool)));
  if (tools.length > 0) return { tool_choice: { ...choice, tools } };
  if (choice['mode'] === 'auto') return { tool_choice: 'none' };
  throw unsupported(
    'tool_choice',
    "Unsupported value: 'tool_choice' requires one of some hosted tools, which this gateway does not have.",
  );
}

/**
 * Throws the ApiError 400 for an item that refers to one which the server has stored: the key is that of the stack, so it could be an item of
 * another caller, or of somebody else who uses the server's account.
 */
export function checkReferences(input: unknown): void {
  for (const [item, path] of objectsIn(input, 'input')) {
    const { type, role, id } = item;
    const isUntyped = (type === undefined || type === null) && role === undefined && id !== undefined;
    if (type === 'item_reference' || isUntyped) throw referenceError(path);
  }
}

/** Every stored file that parts of an input name by `file_id`; the input need not be checked yet. */
export function passedFiles(input: unknown): FileReference[] {
  return partsIn(input).flatMap(([part, param]) => {
    const { file_id: id, file_data: data } = part;
    return typeof id === 'string' ? [{ id, param: `${param}.file_id`, data }] : [];
  });
}

function partsIn(input: unknown): ReturnType<typeof objectsIn> {
  return objectsIn(input, 'input').flatMap(([{ content, output }, at]) =>
    objectsIn(content, `${at}.content`).concat(objectsIn(output, `${at}.output`)),
  );
}

/** An input with the content of stored files in place of their IDs. Throws the ApiError 400 for a file that OpenAI's models do not take. */
export function withPassedFiles(
  input: unknown,
  references: readonly FileReference[],
  files: ReadonlyMap<string, StoredFile>,
): unknown {
  const parts = new Map(references.map(({ id, param }) => [id, inlinePart(files.get(id), param)]));
  const inPart = (part: unknown): unknown => {
    const found = isObject(part) && typeof part['file_id'] === 'string' ? parts.get(part['file_id']) : undefined;
    return found ?? part;
  };
  const inList = (list: unknown): unknown => (Array.isArray(list) ? list.map(inPart) : list);
  const inItem = (item: object): object => {
    const inlined = { ...item };
    for (const field of ['content', 'output']) {
      if (Object.hasOwn(item, field)) Reflect.set(inlined, field, inList(Reflect.get(item, field)));
    }
    return inlined;
  };
  return mapObjects(input, inItem);
}

function inlinePart(file: StoredFile | undefined, param: string): object {
  const { block, filename } = file ?? {};
  if (block !== undefined && 'image' in block && 'bytes' in block.image.source)
    return { type: 'input_image', image_url: `data:image/${block.image.format};base64,${block.image.source.bytes}` };
  if (
    block !== undefined &&
    'document' in block &&
    block.document.format === 'pdf' &&
    'bytes' in block.document.source
  ) {
    const file_data = `data:application/pdf;base64,${block.document.source.bytes}`;
    return { type: 'input_file', filename, file_data };
  }
  throw unsupported(param, "Unsupported content: this model's server takes images and PDF, and this file is neither.");
}
