import { Output, TypeGuards, type Template } from 'liquidjs';

/** Text as it is, or the name of what stands there. */
export type PlainPart = { readonly text: string } | { readonly name: string };

/**
 * Pure: a template that is text and names alone, as most are, in its parts; `null` for any other. Joining them is some
 * ten times quicker than walking what LiquidJS has parsed, and says the same (a property of the spec).
 */
export function plainParts(parsed: readonly Template[]): readonly PlainPart[] | null {
  const parts = parsed.map(plainPart);
  return parts.every((part) => part !== null) ? parts : null;
}

/** `null` where a value is no text, number or boolean: what becomes of it is for LiquidJS to say. */
export function joinParts(
  parts: readonly PlainPart[],
  values: Readonly<Record<string, unknown>>,
  maxLength: number,
): string | null {
  let joined = '';
  for (const part of parts) {
    const value = 'text' in part ? part.text : values[part.name];
    if (typeof value === 'string') joined += value;
    else if (typeof value === 'number' || typeof value === 'boolean') joined += String(value);
    else return null;
    // LiquidJS stops there too, by its memory limit.
    if (joined.length > maxLength) return null;
  }
  return joined;
}

function plainPart(template: Template): PlainPart | null {
  if (TypeGuards.isHTMLToken(template.token)) return { text: template.token.getContent() };
  if (!(template instanceof Output)) return null;
  const { initial, filters } = template.value;
  const [token, ...others] = initial.postfix;
  // One filter is on every output: the one that keeps it as it is.
  if (filters.length !== 1 || others.length > 0 || !TypeGuards.isPropertyAccessToken(token)) return null;
  const [root, ...path] = token.props;
  const isName = token.variable === undefined && path.length === 0 && TypeGuards.isWordToken(root);
  return isName ? { name: root.content } : null;
}
