import type { ChatRequest } from '../../dialects/chat.gen.ts';
import { ApiError } from '../../errors.ts';

/** Throws the 400 for a tool or function without a name: not every server refuses one, and no call could name it. */
export function checkToolNames({ tools, functions }: Pick<ChatRequest, 'tools' | 'functions'>): void {
  tools?.forEach((tool, at) => {
    if (tool.type === 'custom') checkToolName(tool.custom.name, `tools[${at}].custom.name`);
    else checkToolName(tool.function.name, `tools[${at}].function.name`);
  });
  functions?.forEach(({ name }, at) => checkToolName(name, `functions[${at}].name`));
}

/** Throws an ApiError 400 that names `param` where a name of a tool or function is blank. */
export function checkToolName(name: string, param: string): void {
  if (name.trim() !== '') return;
  const message = `Invalid '${param}': empty string. Expected a string with minimum length 1, but got an empty string instead.`;
  throw new ApiError(message, { status: 400, code: 'empty_string', param });
}
