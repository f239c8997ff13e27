import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const text = (...path: string[]): string => readFileSync(join(resolve(__dirname, '..'), ...path), 'utf8');

describe('figures and load', () => {
  it('the README tells the date and the count of bars that docs/benchmarks.md tells (OP-12)', () => {
    const [, block = ''] = /<!-- bench -->([\s\S]*?)<!-- \/bench -->/.exec(text('README.md')) ?? [];
    const [, held] = /(\d+ of \d+) bars held/.exec(block) ?? [];
    const page = text('docs', 'benchmarks.md');
    expect(page).toContain(`${held} were held`);
    expect(page).toContain(/\d{4}-\d\d-\d\d/.exec(block)?.[0]);
  });

  it.each(['stampede', 'distinct', 'zipf', 'sigterm'])(
    'the scenario %s has a script, and a twin for k6 that says that it was not run (OP-7)',
    (scenario) => {
      expect(existsSync(resolve(__dirname, '..', 'bench', 'load', `${scenario}.mjs`))).toBe(true);
      expect(text('bench', 'load', `${scenario}.k6.ts`)).toMatch(/not run/i);
    },
  );
});
