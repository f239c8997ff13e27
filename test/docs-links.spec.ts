import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { errorStatus } from '../src/platform/http/error-status.js';
import { roleTable } from '../src/platform/security/role-table.js';

const root = resolve(__dirname, '..');
const skipped = new Set(['node_modules', 'dist', 'reports', 'coverage', '.git', '.data']);
const pagesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    if (entry.isDirectory()) return pagesIn(join(folder, entry.name));
    return entry.name.endsWith('.md') ? [join(folder, entry.name)] : [];
  });
const pages = pagesIn(root).map((page) => relative(root, page));
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** As GitHub makes an anchor of a heading. */
const anchorsOf = (page: string): Set<string> =>
  new Set(
    [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : relative(root, join(root, dirname(page), file));
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(target).has(anchor);
}

describe('what the pages name is there (OP-9)', () => {
  it.each(pages)('%s links to files and headings that exist', (page) => {
    const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const own = links.filter((each) => !/^(https?|mailto):/.test(each));
    expect(own.filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  it('scripts that are run by npm', () => {
    const scriptsOf = (folder: string) => {
      const file = join(root, folder, 'package.json');
      return Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { scripts?: object }).scripts ?? {});
    };
    const known = new Set(['.', 'bench', 'compliance'].flatMap(scriptsOf));
    for (const page of pages)
      for (const [, name = ''] of textOf(page).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g))
        expect([page, name, known.has(name)]).toEqual([page, name, true]);
  });

  it('codes of errors: the table of those who call has each that there is, once, under its status', () => {
    const table = textOf('docs/consumers.md')
      .split('\n')
      .filter((line) => /^\| \d{3}/.test(line));
    const named = table.flatMap((line) => {
      const statuses = line.split('|')[1]!.split(',').map(Number);
      return [...line.split('|')[2]!.matchAll(/`([\w-]+)`/g)].map(([, code = '']) => ({ code, statuses }));
    });
    const codes = named.map(({ code }) => code);
    expect(Object.keys(errorStatus).filter((code) => !codes.includes(code))).toEqual([]);
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
    for (const { code, statuses } of named)
      expect([code, statuses]).toEqual([code, expect.arrayContaining([errorStatus[code]])]);
  });

  it('routes: the page of those who ask by HTTP has each that there is, with its role', () => {
    const named = textOf('docs/http.md')
      .split('\n')
      .flatMap((line) => {
        const [, path, who = ''] = /^\| `(\/[^`]*)` +\| ([^|]*)\|/.exec(line) ?? [];
        if (path === undefined) return [];
        return who.split(';').flatMap((part) => {
          const role = /(\w+)\s*$/.exec(part)?.[1];
          return [...part.matchAll(/`([A-Z]+)`/g)].map(([, verb]) => `${verb} ${path}: ${role}`);
        });
      });
    const shape = (route: string) => route.replaceAll(/:[A-Za-z]+|\*/g, ':');
    const served = Object.entries(roleTable)
      .filter(([route]) => !/^GET \/docs.|\/api\/narrative\//.test(route))
      .map(([route, role]) => `${shape(route)}: ${role}`);
    expect(named.map(shape).toSorted()).toEqual(served.toSorted());
  });
});
