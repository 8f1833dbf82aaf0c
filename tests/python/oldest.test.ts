import { testClients } from './clients.ts';

// The oldest clients that the documents promise.
await testClients('oldest');
