/** An error of AWS: its code, a colon and its message. */
export class AwsError extends Error {}
