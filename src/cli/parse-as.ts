import { InvalidArgumentError } from 'commander';

interface Schema<T> {
  safeParse(text: string): {
    readonly success: boolean;
    readonly data?: T;
    readonly error?: { readonly issues: readonly { readonly message: string }[] };
  };
}

/** An argument or option as a schema reads it. */
export const parseAs =
  <T>(schema: Schema<T>) =>
  (text: string): T => {
    const { success, data, error } = schema.safeParse(text);
    if (!success) throw new InvalidArgumentError(error!.issues.map(({ message }) => message).join('; '));
    return data!;
  };
