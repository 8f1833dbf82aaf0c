import './quick-imports.mjs';
import { configureGlobal } from 'fast-check';
import { propertyRuns, propertySeed } from './support/properties.ts';

// 100 is fast-check's own number.
configureGlobal({ seed: propertySeed, numRuns: propertyRuns(100) });

// Node's own number. Vitest asks for ten times as many frames of each error, and Pulumi makes an error for each promise.
Error.stackTraceLimit = 10;
