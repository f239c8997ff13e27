import type { KeyTemplate } from './key-template.js';

/** The first pair of every two templates that could make the same key, as indices. */
export function findKeyClashes(templates: readonly KeyTemplate[]): readonly (readonly [number, number])[] {
  return templates.flatMap((one, index) =>
    templates.slice(index + 1).flatMap((other, offset) => {
      const pair = [index, index + 1 + offset] as const;
      return mayBeSame(one.text.split(':'), other.text.split(':')) ? [pair] : [];
    }),
  );
}

const isOpen = (part: string) => part.startsWith('{');

function mayBeSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((part, at) => part === other[at] || isOpen(part) || isOpen(other[at] ?? ''));
}
