import path from 'node:path';

import { runPython } from '../../python/script.ts';
import type { Operation } from '../aws/account.ts';

/** The Python environment with botocore at the version of the models in schemas/. */
export const pythonEnvironment = 'oracle';

const judgeScript = path.join(import.meta.dirname, '../aws/judge.py');

/** Errors of AWS's service models for inputs of resources, each with its resource. */
export async function judged(operations: readonly Operation[]): Promise<string[]> {
  const inputs = operations.filter(({ kind }) => kind !== 'delete');
  const input = inputs.map((operation) => `${JSON.stringify(operation)}\n`).join('');
  const lines = await runPython(pythonEnvironment, judgeScript, input);
  if (lines.length !== inputs.length) throw new Error(`${lines.length} verdicts on ${inputs.length} resources`);
  return lines.flatMap((line, index) => {
    const problems: string[] = JSON.parse(line);
    return problems.map((problem) => `${inputs[index]?.type}::${inputs[index]?.name}: ${problem}`);
  });
}
