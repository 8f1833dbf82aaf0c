/** What AWS answers: its code, a colon and its words. */
export class AwsError extends Error {}
