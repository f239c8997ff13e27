import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './support/temp-folder.js';

type Versions = Readonly<Record<string, string>>;

interface Locked extends Versions {
  readonly version: string;
}

const { dependencies, peerDependencies, devDependencies } = JSON.parse(
  readFileSync('package.json', 'utf8'),
) as Record<string, Versions>;
const lockText = readFileSync('package-lock.json', 'utf8');
const { packages } = JSON.parse(lockText) as { packages: Record<string, Locked> };
const atRuntime = { ...dependencies, ...peerDependencies };
/** Installed by whoever wants it. */
const byChoice = ['@sentry/node'];
const mostDirect = 40;

describe('what a user installs (OP-11)', () => {
  it('is 40 direct dependencies at most, whatever the list that they stand in (OP-11)', () => {
    expect(Object.keys(atRuntime).length - byChoice.length).toBeLessThanOrEqual(mostDirect);
  });

  it('is of exact versions; of what the application and we have to share, any of the same major (OP-11)', () => {
    const exact = { ...dependencies, ...devDependencies };
    const loose = Object.entries(exact).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
    expect(Object.keys(peerDependencies!)).toEqual([
      '@nestjs/common',
      '@nestjs/core',
      ...byChoice,
      'reflect-metadata',
      'rxjs',
    ]);
    const behind = Object.entries(peerDependencies!).filter(
      ([name, range]) => range !== `^${packages[`node_modules/${name}`]!.version}`,
    );
    expect(behind).toEqual([]);
  });

  it('has a line each in docs/dependencies.md that says why, and nothing else has one (OP-11)', () => {
    const rows = readFileSync('docs/dependencies.md', 'utf8').match(/^\| `.*$/gm)!;
    const lines = rows.map((row) => row.split(' | ') as [string, string]);
    const named = lines.flatMap(([names]) => [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
    expect(named.toSorted()).toEqual(Object.keys(atRuntime).toSorted());
    expect(lines.filter(([, why]) => why.trim().length < 20)).toEqual([]);
  });

  it('is locked as package.json has it, by checksums and without the address of any registry (OP-11)', () => {
    expect(packages['']).toMatchObject({
      dependencies,
      peerDependencies,
      devDependencies,
    });
    expect(lockText).not.toMatch(
      /"resolved"|https?:\/\/(?!github\.com\/sponsors|[^"]*(sponsor|funding))[^"]*\.tgz/,
    );
    const unchecked = Object.entries(packages).filter(
      ([path, { integrity, link }]) => path !== '' && integrity === undefined && link === undefined,
    );
    expect(unchecked.map(([path]) => path)).toEqual([]);
  });

  it('needs no install script: the only one there is reports to its makers, and is switched off here (OP-11)', () => {
    const scripted = Object.entries(packages).filter(
      ([, { hasInstallScript, dev }]) => Boolean(hasInstallScript) && !dev,
    );
    expect(scripted.map(([path]) => path)).toEqual(['node_modules/@scarf/scarf']);
    expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({
      scarfSettings: { enabled: false },
    });
  });

  it('is listed by "npm run sbom" as CycloneDX, whole, each with a licence that allows any use (OP-11)', () => {
    const file = join(tempFolder('sbom'), 'sbom.json');
    const told = execFileSync(process.execPath, [join('scripts', 'sbom.mjs'), file], { encoding: 'utf8' });
    const bom = JSON.parse(readFileSync(file, 'utf8')) as {
      bomFormat: string;
      metadata: { component: { name: string } };
      components: { name: string; version: string; licenses: unknown[] }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    expect([bom.bomFormat, bom.metadata.component.name]).toEqual(['CycloneDX', 'lastgood']);
    const listed = new Set(bom.components.map(({ name, version }) => `${name}@${version}`));
    const direct = Object.keys(atRuntime)
      .filter((name) => !byChoice.includes(name))
      .map((name) => `${name}@${packages[`node_modules/${name}`]!.version}`);
    expect(direct.filter((each) => !listed.has(each))).toEqual([]);
    expect([listed.has('pg@8.23.1'), [...listed].some((each) => each.startsWith('jest@'))]).toEqual([
      true,
      false,
    ]);
    expect(bom.components.filter(({ licenses }) => licenses.length === 0)).toEqual([]);
    const refs = new Set(bom.dependencies.map(({ ref }) => ref));
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual(
      [],
    );
    expect(told).toMatch(/^ +\d+ {2}MIT$/m);
  });
});
