import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

/** Per rule the files that break it and nothing else, each with what it imports. */
const sins: Record<string, Record<string, string>> = {
  'core-stands-alone': {
    'src/core/library-in-core.ts': 'some-library',
    'src/core/upward.ts': 'src/adapters/redis/redis-tier.ts',
  },
  'adapters-look-down': { 'src/adapters/redis/upward.ts': 'src/platform/cache/cache.module.ts' },
  'adapters-know-no-nest': { 'src/adapters/redis/injectable.ts': '@nestjs/common' },
  'adapter-siblings-are-strangers': { 'src/adapters/redis/sideways.ts': 'src/adapters/disk/disk-tier.ts' },
  'platform-looks-down': { 'src/platform/cache/upward.ts': 'src/features/prompts/index.ts' },
  'features-look-down': { 'src/features/prompts/upward.ts': 'src/ops/health/health.module.ts' },
  'ops-and-cli-are-strangers': {
    'src/ops/health/to-cli.ts': 'src/cli/verbs.ts',
    'src/cli/to-ops.ts': 'src/ops/health/health.module.ts',
  },
  'features-and-ops-reach-adapters-through-platform': {
    'src/features/prompts/around-platform.ts': 'src/adapters/redis/redis-tier.ts',
    'src/ops/health/around-platform.ts': 'src/adapters/redis/redis-tier.ts',
  },
  'cli-opens-only-the-rescue-adapters': { 'src/cli/to-redis.ts': 'src/adapters/redis/redis-tier.ts' },
  'nothing-imports-the-top': { 'src/platform/cache/to-index.ts': 'src/index.ts' },
  'cli-starts-main-only': { 'src/cli/to-index.ts': 'src/index.ts' },
  'src-has-no-other-folders': { 'src/platform/cache/to-utils.ts': 'src/utils/helper.ts' },
  'features-use-only-what-is-listed': {
    'src/features/prompts/to-stranger.ts': 'src/features/model-config/index.ts',
    'src/features/signals/to-stranger.ts': 'src/features/narratives/index.ts',
  },
  'lessons-uses-only-what-is-listed': {
    'src/features/lessons/to-stranger.ts': 'src/features/narratives/index.ts',
  },
  'narratives-uses-only-what-is-listed': {
    'src/features/narratives/to-stranger.ts': 'src/features/lessons/index.ts',
  },
  'features-are-used-through-their-index': {
    'src/features/lessons/past-the-index.ts': 'src/features/prompts/prompts.service.ts',
  },
  'prompt-clients-stand-alone': {
    'src/features/prompts/client/to-nest.ts': '@nestjs/common',
    'src/features/prompts/rendering/to-platform.ts': 'src/platform/cache/cache.module.ts',
    'src/features/prompts/manager/to-reading.ts': 'src/features/prompts/prompts.service.ts',
  },
  'testing-is-for-rehearsals': { 'src/platform/cache/to-fake.ts': 'src/testing/fake-tier.ts' },
  'testing-knows-core-only': {
    'src/testing/upward.ts': 'src/platform/cache/cache.module.ts',
    'src/testing/library.ts': 'some-library',
  },
  'migrations-stand-alone': { 'migrations/to-core.ts': 'src/core/band.ts' },
  'migrations-run-in-one-place': { 'src/ops/health/migrate.ts': 'migrations/create-model.ts' },
  'nothing-imports-a-spec': { 'src/platform/cache/to-spec.ts': 'src/core/band.spec.ts' },
  'production-imports-no-test-code': { 'src/platform/cache/to-support.ts': 'test/support/helper.ts' },
  'production-imports-no-dev-dependency': { 'src/platform/cache/to-dev.ts': 'dev-library' },
  'no-circles': {
    'src/platform/cache/hen.ts': 'src/platform/cache/egg.ts',
    'src/platform/cache/egg.ts': 'src/platform/cache/hen.ts',
  },
  'nothing-unresolvable': { 'src/platform/cache/to-nowhere.ts': 'src/platform/cache/nowhere.ts' },
};

const innocents: Record<string, string[]> = {
  'src/main.ts': ['src/app.module.ts', 'src/adapters/redis/redis-tier.ts', '@nestjs/common'],
  'src/app.module.ts': ['src/features/prompts/index.ts', 'src/ops/health/health.module.ts'],
  'src/index.ts': ['src/features/model-config/index.ts'],
  'src/core/band.ts': ['src/core/clock.ts', 'node:crypto'],
  'src/core/clock.ts': [],
  'src/core/band.spec.ts': ['src/testing/fake-tier.ts', 'src/adapters/redis/redis-tier.ts', 'dev-library'],
  'src/adapters/redis/redis-tier.ts': ['src/core/band.ts', 'some-library'],
  'src/adapters/disk/disk-tier.ts': ['src/core/band.ts', 'src/adapters/disk/page.ts'],
  'src/adapters/disk/page.ts': [],
  'src/adapters/embedded-postgres/launcher.ts': ['node:child_process'],
  'src/platform/cache/cache.module.ts': [
    'src/core/band.ts',
    'src/adapters/redis/redis-tier.ts',
    '@nestjs/common',
  ],
  'src/platform/database/database.module.ts': [
    'migrations/create-model.ts',
    'src/platform/cache/cache.module.ts',
  ],
  'src/features/model-config/index.ts': ['src/platform/cache/cache.module.ts', 'src/core/band.ts'],
  'src/features/prompts/index.ts': ['src/features/prompts/prompts.service.ts'],
  'src/features/prompts/prompts.service.ts': [],
  'src/features/prompts/prompts.policy.ts': ['src/core/band.ts'],
  'src/features/prompts/client/source.ts': [
    'src/core/band.ts',
    'src/platform/language/language.ts',
    'src/features/prompts/prompts.policy.ts',
    'node:util',
    'zod',
  ],
  'src/platform/language/language.ts': [],
  'src/features/lessons/index.ts': ['src/features/model-config/index.ts', 'src/features/prompts/index.ts'],
  'src/features/narratives/index.ts': ['src/features/model-config/index.ts', 'src/features/prompts/index.ts'],
  'src/ops/health/health.module.ts': ['src/features/prompts/index.ts', 'src/platform/cache/cache.module.ts'],
  'src/cli/verbs.ts': [
    'src/features/prompts/index.ts',
    'src/adapters/disk/disk-tier.ts',
    'src/adapters/embedded-postgres/launcher.ts',
    'migrations/create-model.ts',
  ],
  'src/testing/fake-tier.ts': ['src/core/clock.ts', 'node:net'],
  'src/utils/helper.ts': [],
  'migrations/create-model.ts': ['some-library'],
  'test/support/helper.ts': ['src/testing/fake-tier.ts', 'migrations/create-model.ts', 'dev-library'],
  'bench/hit.ts': ['src/core/band.ts', 'src/testing/fake-tier.ts', 'dev-library'],
};

const packages = {
  dependencies: { '@nestjs/common': '1.0.0', 'some-library': '1.0.0', zod: '1.0.0' },
  devDependencies: { 'dev-library': '1.0.0' },
};

interface Report {
  modules: { source: string }[];
  summary: {
    violations: { from: string; rule: { name: string }; cycle?: { name: string }[] }[];
    ruleSetUsed: { forbidden: { name: string; severity: string; comment?: string }[] };
  };
}

function specifier(from: string, to: string): string {
  if (!to.endsWith('.ts')) return to;
  const path = relative(dirname(from), to).replace(/\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

describe('the rules of the layers', () => {
  let folder: string;
  let report: Report;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'layers-'));
    plantPackages();
    for (const [file, targets] of Object.entries(innocents)) plant(file, targets);
    for (const sinners of Object.values(sins)) {
      for (const [file, target] of Object.entries(sinners)) plant(file, [target]);
    }
    report = cruise();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys(sins))('%s catches its sinners and nobody else', (rule) => {
    const caught = report.summary.violations
      .filter((violation) => violation.rule.name === rule)
      .flatMap(({ from, cycle }) => cycle?.map(({ name }) => name) ?? [from]);
    expect(caught.toSorted()).toEqual(Object.keys(sins[rule] ?? {}).toSorted());
  });

  it('plants a sin for every rule there is', () => {
    const rules = report.summary.ruleSetUsed.forbidden.map((rule) => rule.name);
    expect(rules.toSorted()).toEqual(Object.keys(sins).toSorted());
  });

  it('has no rule that only warns, or that gives no reason', () => {
    const weak = report.summary.ruleSetUsed.forbidden.filter(
      ({ severity, comment }) => severity !== 'error' || !comment,
    );
    expect(weak).toEqual([]);
  });

  it('lets the innocent pass, though it has read them all', () => {
    const accused = new Set(report.summary.violations.map((violation) => violation.from));
    const read = new Set(report.modules.map((module) => module.source));
    const names = Object.keys(innocents);
    expect(names.filter((file) => accused.has(file))).toEqual([]);
    expect(names.filter((file) => !read.has(file))).toEqual([]);
  });

  function plantPackages(): void {
    write('package.json', JSON.stringify({ name: 'planted', type: 'module', ...packages }));
    for (const name of Object.keys({ ...packages.dependencies, ...packages.devDependencies })) {
      write(
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: '1.0.0', exports: './index.js' }),
      );
      write(`node_modules/${name}/index.js`, 'export default 1;');
    }
  }

  /** Every import is for types only: it is the harder catch, and the rules hold for types as well. */
  function plant(file: string, targets: string[]): void {
    const lines = targets.map(
      (target, at) => `export type { default as T${at} } from '${specifier(file, target)}';`,
    );
    write(file, [...lines, 'export default interface Planted {}', ''].join('\n'));
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }

  function cruise(): Report {
    const bin = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const config = resolve('.dependency-cruiser.mjs');
    const roots = ['src', 'migrations', 'test', 'bench'];
    const args = [bin, ...roots, '--config', config, '--output-type', 'json'];
    return JSON.parse(
      execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e8 }),
    );
  }
});
