import type { KeyTemplate } from './key-template.js';

const form = /^((?:[a-z][a-z0-9-]{0,31}:){1,4})(\{[a-z][a-z0-9_]{0,31}\}(?::\{[a-z][a-z0-9_]{0,31}\}){0,7})$/;

/** `null` for what is no template, such as one without a placeholder, or with one placeholder twice. */
export function parseKeyTemplate(text: string): KeyTemplate | null {
  const [, prefix, rest] = form.exec(text) ?? [];
  if (prefix === undefined || rest === undefined) return null;
  const placeholders = rest.split(':').map((part) => part.slice(1, -1));
  if (new Set(placeholders).size < placeholders.length) return null;
  return Object.freeze({ text, prefix, placeholders: Object.freeze(placeholders) });
}
