import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Two texts of 64 KB with nothing in common take longer than 40 s to compare: of such, all is told. */
const mostEdits = 500;
const contextLines = 3;

/** Pure: a unified diff of two texts, line by line; empty where they are the same. */
export function diffText(before: string, after: string): string {
  if (before === after) return '';
  const options = { context: contextLines, maxEditLength: mostEdits, headerOptions: FILE_HEADERS_ONLY };
  return (
    createTwoFilesPatch('before', 'after', before, after, undefined, undefined, options) ??
    replaceAll(before, after)
  );
}

function replaceAll(before: string, after: string): string {
  const [gone, come] = [before, after].map((text) => text.split('\n')) as [string[], string[]];
  const head = ['--- before', '+++ after', `@@ -1,${gone.length} +1,${come.length} @@`];
  const told = [...head, ...gone.map((line) => `-${line}`), ...come.map((line) => `+${line}`)];
  return `${told.join('\n')}\n`;
}
