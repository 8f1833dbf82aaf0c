import { isBase64 } from '../../bedrock/media.ts';
import { invalid } from '../openai-error.ts';
import { partsOf, type ChatRequest, type Part } from '../wire.ts';

type Check = (part: Part, at: string) => void;

/** Images and files of the conversation: those that the models read. */
export function checkContent({ messages }: ChatRequest): void {
  for (const [index, message] of messages.entries()) {
    for (const [place, part] of partsOf(message).entries())
      checks[part.type]?.(part, `messages[${index}].content[${place}]`);
  }
}

const checks: Readonly<Record<string, Check>> = { image_url: image, file, input_audio: audio };

const dataUrlPattern = /^data:([^;,]*)(?:;[^,]*)?,(.*)$/s;

function image({ image_url: { url } = { url: '' } }: Part, at: string): void {
  const param = `${at}.image_url.url`;
  if (/^https?:\/\/[^/]/.test(url)) return;
  const [, type = '', data = ''] = dataUrlPattern.exec(url) ?? [];
  if (type === '')
    throw invalid(
      `Invalid '${param}'. Expected a valid URL, but got a value with an invalid format.`,
      param,
      'invalid_value',
    );
  const format = /^image\/(png|jpeg|jpg|gif|webp)$/.exec(type)?.[1];
  if (format === undefined)
    throw invalid(
      `Invalid MIME type. Only image types are supported: you uploaded '${type}', and 'png', 'jpeg', 'gif', and 'webp' can be read.`,
      param,
      'invalid_image_format',
    );
  if (data === '' || !isBase64(data)) throw invalid('Invalid base64 image_url.', param, 'invalid_base64');
  const bytes = Buffer.from(data, 'base64');
  if (!magicBytes.some((magic) => bytes.subarray(0, magic.length).equals(magic)))
    throw invalid(
      'You uploaded an unsupported image. Please make sure your image is valid.',
      null,
      'image_parse_error',
    );
}

// How PNG, JPEG, GIF and WebP begin.
const magicBytes = [
  Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  Buffer.from([0xff, 0xd8, 0xff]),
  Buffer.from('GIF8'),
  Buffer.from('RIFF'),
];

function file({ file: { file_data: data, file_id: id } = {} }: Part, at: string): void {
  const param = `${at}.file`;
  if (id !== undefined) throw invalid(`No such File object: ${id}`, 'file_id');
  if (data === undefined)
    throw invalid(`Missing required parameter: '${param}.file_id'.`, `${param}.file_id`, 'missing_required_parameter');
  const [, type = '', bytes = ''] = dataUrlPattern.exec(data) ?? [];
  if (type === 'application/pdf' && bytes !== '' && isBase64(bytes)) return;
  throw invalid(
    `Invalid file data: '${param}.file_data'. Expected a base64-encoded data URL with an application/pdf MIME type, but got ${type === '' ? 'a value without one' : `unsupported MIME type '${type}'`}.`,
    `${param}.file_data`,
    'invalid_value',
  );
}

function audio(_part: Part, at: string): void {
  throw invalid('This model does not support audio input.', at, 'unsupported_content_type');
}
