import { InvalidArgumentError } from 'commander';

/** How many pieces of work are under way at one time. */
export function atOnce(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('a number from 1 to 99');
  return Number(text);
}
