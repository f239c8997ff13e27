import { noTextOfItsOwn } from './liquid-engine.js';

interface ErrorOfLiquid {
  readonly message?: string;
  readonly token?: { getPosition(): [number, number]; getText(): string };
}

const longestPath = 100;

/**
 * What LiquidJS says, in words of ours: its own messages quote the template, and those of a rendering what was put in.
 * Only names that are no more than names are told, and where it is.
 */
export function describeLiquidError(error: unknown): string {
  const { message = '', token } = (error ?? {}) as ErrorOfLiquid;
  const where = token === undefined ? '' : `line ${token.getPosition().join(', column ')}: `;
  return `${where}${kindOf(message, token?.getText() ?? '')}`;
}

/** It took more time, or made more, than a rendering may. */
export const isLimit = (error: unknown): boolean =>
  / limit exceeded(,|$)|^Invalid string length/.test((error as ErrorOfLiquid | null)?.message ?? '');

function kindOf(message: string, text: string): string {
  const tag = /^tag "([\w#]{1,50})" not found/.exec(message)?.[1];
  if (tag !== undefined) return `there is no tag "${tag}"`;
  const filter = /^undefined filter: (\w{1,50})/.exec(message)?.[1];
  if (filter !== undefined) return `there is no filter "${filter}"`;
  if (/not closed/.test(message)) return 'something is opened and not closed';
  if (message.startsWith('undefined variable')) return `${pathIn(text)} is not there`;
  if (message.startsWith(noTextOfItsOwn))
    return `${noTextOfItsOwn}: name a part of it, or use the filter "json"`;
  return `cannot be ${text === '' ? 'used' : 'read here'}${filtersIn(text)}`;
}

/** The token's own text: what LiquidJS makes of it has values in it. */
function pathIn(text: string): string {
  const isPath = text.length <= longestPath && /^\w+([.[][\w.[\]-]*)?$/.test(text);
  return isPath ? `"${text}"` : 'a variable';
}

function filtersIn(text: string): string {
  const names = [...text.matchAll(/\|\s*([a-z_]{1,50})/g)].map(([, name]) => name);
  return names.length === 0 ? '' : `, nor by its filters (${[...new Set(names)].join(', ')})`;
}
