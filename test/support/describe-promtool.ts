import { execFileSync } from 'node:child_process';
import findPromtool from './find-promtool.cjs';

export type Promtool = (...args: string[]) => string;

/** Specs that need promtool: without any they are skipped, and fail where CI=true. */
export function describePromtool(name: string, specs: (promtool: Promtool) => void): void {
  const path = findPromtool();
  if (path !== null) describe(name, () => specs((...args) => execFileSync(path, args, { encoding: 'utf8' })));
  else if (process.env.CI === 'true') describe(name, missing);
  else skip(name);
}

function skip(name: string): void {
  process.stderr.write(
    '\n!!! No promtool was found: what it checks is SKIPPED. Install prometheus, or set PROMTOOL.\n',
  );
  describe.skip(name, missing);
}

function missing(): void {
  it('needs promtool: none was found', () => {
    throw new Error(
      'Set PROMTOOL to a promtool, or install the package prometheus: with CI=true nothing is skipped',
    );
  });
}
