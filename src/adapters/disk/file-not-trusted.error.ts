/** A file says who may come in, and somebody else may have written or read it. */
export class FileNotTrustedError extends Error {
  override readonly name = 'FileNotTrustedError';

  constructor(file: string, problem: string) {
    super(`${file} ${problem}`);
  }
}
