const typesByStatus: Readonly<Record<number, string>> = { 404: 'NotFoundError', 415: 'UnsupportedMediaTypeError' };

/** A refusal of the container, in the error object that vLLM writes: its code is the status, as a number. */
export class ContainerError extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }

  get text(): string {
    const type = typesByStatus[this.status] ?? 'BadRequestError';
    return JSON.stringify({ error: { message: this.message, type, param: null, code: this.status } });
  }
}
