import type { Topic } from '../deployment.ts';
import type { Collection } from './collection.ts';
import { DeclarationError } from './inputs.ts';

/** Inputs that would change what a message is, or where it goes; nothing here looks at them. */
const unsupportedInputs = ['fifoTopic', 'deliveryPolicy', 'archivePolicy', 'policy'];

/** The declared topics of SNS. Throws a DeclarationError. */
export function readTopics(collection: Collection): readonly Topic[] {
  return collection.all('topic').map(({ resource, inputs }) => {
    const other = unsupportedInputs.find((name) => resource.inputs[name] !== undefined);
    if (other !== undefined) throw new DeclarationError(resource, `the local stack does not emulate ${other}`);
    return { name: inputs.text('name'), arn: inputs.text('arn') };
  });
}
