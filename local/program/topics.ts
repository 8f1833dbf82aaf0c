import type { Topic } from '../deployment.ts';
import type { Collection, Entry } from './collection.ts';
import { DeclarationError } from './inputs.ts';

/** Inputs that would change what a message is, or where it goes; nothing here looks at them. */
const unsupportedInputs = ['fifoTopic', 'deliveryPolicy', 'archivePolicy', 'policy'];

/** The declared topics of SNS; nobody subscribes to them here. Throws a DeclarationError. */
export function readTopics(collection: Collection): readonly Topic[] {
  return collection.all('topic').map(readTopic);
}

function readTopic({ resource, inputs }: Entry): Topic {
  const other = unsupportedInputs.find((name) => resource.inputs[name] !== undefined);
  if (other !== undefined) throw new DeclarationError(resource, `the local stack does not emulate ${other}`);
  const kmsKeyArn = inputs.optionalText('kmsMasterKeyId');
  return { name: inputs.text('name'), arn: inputs.text('arn'), ...(kmsKeyArn !== undefined && { kmsKeyArn }) };
}
