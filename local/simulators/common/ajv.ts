/**
 * Options of ajv for the schemas of this repository. A process compiles many of them to use each a few times: optimizing the code,
 * and validating the schemas again, takes more than half of that time.
 */
export const quickToCompile = { validateSchema: false, code: { optimize: false } } as const;
