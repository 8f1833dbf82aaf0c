import type { UserAttribute, UserPool } from '../deployment.ts';
import type { Collection, Entry } from './collection.ts';
import { DeclarationError, type Inputs } from './inputs.ts';

/** Inputs that would change what a user name is, or what happens when a user is made; nothing here looks at them. */
const unsupportedInputs = ['aliasAttributes', 'usernameAttributes', 'lambdaConfig'];

/** Limits of Cognito: custom attributes of a pool, and characters of their names. */
const maxAttributes = 50;
const maxNameLength = 20;

/** Attributes that every pool has, whose constraints a schema may change. */
const standardNames = new Set(
  `address birthdate email email_verified family_name gender given_name locale middle_name name nickname phone_number
  phone_number_verified picture preferred_username profile sub updated_at website zoneinfo`.split(/\s+/),
);

/** The declared user pools of Cognito. Throws a DeclarationError. */
export function readUserPools(collection: Collection): readonly UserPool[] {
  return collection.all('userPool').map(readUserPool);
}

function readUserPool({ resource, inputs }: Entry): UserPool {
  const refuse = (problem: string): never => {
    throw new DeclarationError(resource, problem);
  };
  const other = unsupportedInputs.find((name) => resource.inputs[name] !== undefined);
  if (other !== undefined) refuse(`the local stack does not emulate ${other}`);
  const isCaseSensitive = inputs.block('usernameConfiguration').flag('caseSensitive');
  const schemas = inputs.blocks('schemas');
  if (schemas.length > maxAttributes) refuse(`it has more than ${maxAttributes} custom attributes`);
  return {
    id: resource.id,
    arn: inputs.text('arn'),
    isCaseSensitive: isCaseSensitive ?? refuse('usernameConfiguration must say whether caseSensitive is true or false'),
    attributes: schemas.map((schema) => readAttribute(schema, refuse)),
  };
}

function readAttribute(schema: Inputs, refuse: (problem: string) => never): UserAttribute {
  const name = schema.text('name');
  const type = schema.text('attributeDataType');
  if (name.length > maxNameLength)
    refuse(`the name of the attribute ${name} has more than ${maxNameLength} characters`);
  if (standardNames.has(name)) refuse(`the local stack does not emulate a schema for the standard attribute ${name}`);
  if (schema.flag('required') === true) refuse(`the custom attribute ${name} cannot be required`);
  if (schema.flag('developerOnlyAttribute') === true) {
    refuse(`the local stack does not emulate developerOnlyAttribute, which ${name} has`);
  }
  if (type !== 'String' && type !== 'Number')
    return refuse(`the local stack does not emulate attributes of the type ${type}`);
  const limits = schema.block(type === 'String' ? 'stringAttributeConstraints' : 'numberAttributeConstraints');
  const min = limits.number(type === 'String' ? 'minLength' : 'minValue');
  const max = limits.number(type === 'String' ? 'maxLength' : 'maxValue');
  return {
    name: `custom:${name}`,
    type,
    isMutable: schema.flag('mutable') === true,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}
