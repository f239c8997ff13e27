import type { Narrative } from '../narrative/narrative.js';

const bullet = /^[-*] +/;

const isProse = (line: string): boolean => line !== '' && !bullet.test(line);

/**
 * Pure: what was rendered of the fallback's template: its first paragraph as one line, and its lines that begin with
 * `- `, which are no part of a paragraph. Lines end as they do on any system. The summary may be empty.
 */
export function readFallbackText(text: string): Narrative {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  const bullets = lines.flatMap((line) => (bullet.test(line) ? [line.replace(bullet, '')] : []));
  const begin = lines.findIndex(isProse);
  const prose = begin === -1 ? [] : lines.slice(begin);
  const end = prose.findIndex((line) => !isProse(line));
  return { summary: prose.slice(0, end === -1 ? prose.length : end).join(' '), bullets };
}
