/** AWS account of every ARN in the local stack: the example account of AWS's own documentation. */
export const accountId = '123456789012';
