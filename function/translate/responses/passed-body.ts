import { isObject } from '../../dialects/json.ts';
import type { FileReference } from '../openai/file-references.ts';
import { objectsIn } from '../openai/file-references.ts';
import { unsupported } from '../chat/to-converse/refusal.ts';
import { mapObjects } from '../openai/media.ts';
import type { StoredFile } from '../translation.ts';

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

/**
 * A request to a server that the stack pays for, without the tools that the server would run: they cost more, reach other servers, and read what
 * the stack's account has stored. Throws the ApiError 400 where one of them is forced, or nothing else is left of a required set.
 */
export function withoutServerTools(request: Passed): { readonly body: Passed; readonly ignored: readonly string[] } {
  const { tools, tool_choice: choice } = request;
  const all: readonly unknown[] = Array.isArray(tools) ? tools : [];
  const kept = all.filter((tool) => clientTools.has(typeOf(tool)));
  const forced = isObject(choice) && choice['type'] !== 'allowed_tools' ? choice['type'] : undefined;
  if (forced !== undefined && !clientTools.has(forced))
    throw unsupported(
      'tool_choice',
      "Unsupported value: 'tool_choice' forces a hosted tool, which this gateway does not have.",
    );
  if (kept.length === all.length) return { body: request, ignored: [] };
  if (kept.length === 0 && choice === 'required')
    throw unsupported(
      'tool_choice',
      "Unsupported value: 'tool_choice' is 'required', and all tools are hosted ones, which this gateway does not have.",
    );
  const names = all.filter((tool) => !clientTools.has(typeOf(tool))).map((tool) => `tools.${String(typeOf(tool))}`);
  return { body: { ...request, tools: kept, ...allowedChoice(choice) }, ignored: [...new Set(names)] };
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
