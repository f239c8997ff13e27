/** A journal has reached its bound: what it holds has to be taken out first. */
export class JournalFullError extends Error {
  override readonly name = 'JournalFullError';

  constructor(file: string, maxBytes: number) {
    super(`${file} holds ${maxBytes} bytes, which is all that it may`);
  }
}
