import { unservedEndpoint, unservedWithStorage } from '../endpoints/unserved.ts';
import { createRouter, type Match } from '../http/router.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { unknownUrl, wrongMethod } from '../pipeline/unknown-url.ts';
import type { RequestContext } from '../request-context.ts';
import type { StoredOperation } from './operation.ts';

const files = () => import('./files.ts');
const uploads = () => import('./uploads.ts');
const responses = () => import('./responses.ts');
const conversations = () => import('./conversations.ts');
const chats = () => import('./chats.ts');

const conversation = '/v1/conversations/:conversation';
const chat = '/v1/chat/completions/:chat';

/** Every operation on what the stack stores. Few stacks store anything, so the list of all endpoints has only what the paths begin with. */
const operations: readonly StoredOperation[] = [
  { method: 'POST', path: '/v1/files', load: async () => (await files()).createFile },
  { method: 'GET', path: '/v1/files', load: async () => (await files()).listAllFiles },
  { method: 'GET', path: '/v1/files/:file', load: async () => (await files()).retrieveFile },
  { method: 'DELETE', path: '/v1/files/:file', load: async () => (await files()).deleteFile },
  { method: 'GET', path: '/v1/files/:file/content', load: async () => (await import('./file-content.ts')).fileContent },
  { method: 'POST', path: '/v1/uploads', load: async () => (await uploads()).createUploadEndpoint },
  { method: 'POST', path: '/v1/uploads/:upload/parts', load: async () => (await uploads()).addUploadPart },
  { method: 'POST', path: '/v1/uploads/:upload/complete', load: async () => (await uploads()).completeUploadEndpoint },
  { method: 'POST', path: '/v1/uploads/:upload/cancel', load: async () => (await uploads()).cancelUploadEndpoint },
  { method: 'GET', path: '/v1/responses/:response', load: async () => (await responses()).retrieveResponse },
  { method: 'DELETE', path: '/v1/responses/:response', load: async () => (await responses()).deleteResponse },
  { method: 'GET', path: '/v1/responses/:response/input_items', load: async () => (await responses()).listInputItems },
  { method: 'POST', path: '/v1/conversations', load: async () => (await conversations()).createConversationEndpoint },
  { method: 'GET', path: conversation, load: async () => (await conversations()).retrieveConversation },
  { method: 'POST', path: conversation, load: async () => (await conversations()).updateConversationEndpoint },
  { method: 'DELETE', path: conversation, load: async () => (await conversations()).deleteConversation },
  { method: 'POST', path: `${conversation}/items`, load: async () => (await conversations()).createItems },
  { method: 'GET', path: `${conversation}/items`, load: async () => (await conversations()).listConversationItems },
  { method: 'GET', path: `${conversation}/items/:item`, load: async () => (await conversations()).retrieveItem },
  { method: 'DELETE', path: `${conversation}/items/:item`, load: async () => (await conversations()).deleteItem },
  { method: 'GET', path: '/v1/chat/completions', load: async () => (await chats()).listStoredChats },
  { method: 'GET', path: chat, load: async () => (await chats()).retrieveChat },
  { method: 'POST', path: chat, load: async () => (await chats()).updateStoredChat },
  { method: 'DELETE', path: chat, load: async () => (await chats()).deleteStoredChat },
  { method: 'GET', path: `${chat}/messages`, load: async () => (await chats()).listChatMessages },
];

const findOperation = createRouter(operations);

/** Serves every operation on what the stack stores. Throws the ApiError 404 or 405 for what is not there. */
export const stored: Handler = {
  async run(context) {
    const { route, param } = matchOperation(context);
    context.entry.endpoint = route.path;
    return (await route.load()).run({ ...context, param });
  },
};

function matchOperation({ request, entry, param }: RequestContext): Match<StoredOperation> {
  const path = entry.endpoint.replace(':rest{.+}', () => param('rest'));
  const found = findOperation(path, request.method === 'HEAD' ? 'GET' : request.method);
  if (found !== undefined) return found;
  const other = findOperation(path)?.route;
  if (other === undefined) throw unservedEndpoint(path) ?? unknownUrl(request);
  throw (
    unservedWithStorage(path) ??
    wrongMethod(operations.filter((each) => each.path === other.path).map(({ method }) => method))
  );
}
