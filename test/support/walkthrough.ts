import { readFileSync } from 'node:fs';

/** One thing that a page tells its reader to do. */
export type Step =
  | { readonly kind: 'server'; readonly command: string }
  | { readonly kind: 'shell'; readonly command: string; readonly expected: string | null };

/**
 * The blocks of a page in their order: `sh server` is for a terminal of its own; `sh` says nothing that is shown; in
 * `console`, what follows a `$ command` is what it answers.
 */
export function stepsOf(page: string): Step[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```(sh server|sh|console)\n([^]*?)^```$/gm);
  return [...blocks].flatMap(([, language, body = '']): Step[] => {
    if (language === 'sh server') return [{ kind: 'server', command: body.trim() }];
    if (language === 'sh') return [{ kind: 'shell', command: body.trim(), expected: null }];
    return body
      .split(/^\$ /m)
      .slice(1)
      .map((each) => {
        const [command = '', ...shown] = each.trimEnd().split('\n');
        return { kind: 'shell', command, expected: shown.join('\n') };
      });
  });
}

/** What differs from run to run, and says nothing: times, ids, ports. Everything else has to be as the page says. */
const varying: readonly [RegExp, string][] = [
  [/\d+ ms/g, '<n> ms'],
  [/[0-9a-f]{8}-…/g, '<id>'],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.\d+\.[0-9A-F]{8})?/g, '<id>'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/"(age|left)Ms":\d+/g, '"$1Ms":<n>'],
  [/<id>:\d+/g, '<id>:<n>'],
  [/"rowVersion":\d+/g, '"rowVersion":<n>'],
  [/\b(age|ttl)(=|: )-?\d+/g, '$1$2<n>'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/process \d+ on port \d+/g, 'process <n> on port <n>'],
  // Whether a load is tried just now or waited for.
  [/origin-failed|backing-off/g, '<origin-failed>'],
];

export const withoutVarying = (text: string): string =>
  varying.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text.replaceAll('\r', '')).trim();
