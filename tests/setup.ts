import { configureGlobal } from 'fast-check';
import { propertyRuns, propertySeed } from './support/properties.ts';

// 100 is fast-check's own number.
configureGlobal({ seed: propertySeed, numRuns: propertyRuns(100) });
