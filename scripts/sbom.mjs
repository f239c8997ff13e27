// Writes what a user installs as CycloneDX JSON, from the lock file alone and offline, and holds its licences to the list
// of those that ask for no more than their text: npm run sbom -- [file]
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Kept as they are they allow any use. Copyleft is not among them: whoever adds one has to decide that here. */
const permissive = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'Python-2.0',
  'CC0-1.0',
]);

const file = process.argv[2] ?? 'reports/sbom.cdx.json';
const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));

// npm's own `--omit dev` leaves out what development needs as well, such as pg and zod.
const format = ['--package-lock-only', '--offline', '--sbom-format', 'cyclonedx'];
const bom = JSON.parse(
  execFileSync('npm', ['sbom', ...format], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);
const shipped = new Set(
  Object.entries(packages).flatMap(([path, { dev = false, name: alias, version }]) =>
    path === '' || dev ? [] : [`${alias ?? path.replace(/^.*node_modules\//, '')}@${version}`],
  ),
);
const root = bom.metadata.component;
// npm calls it by the folder that it stands in.
root.name = name;
bom.components = bom.components.filter((each) => shipped.has(`${each.name}@${each.version}`));
const kept = new Set([root, ...bom.components].map((each) => each['bom-ref']));
bom.dependencies = bom.dependencies.flatMap(({ ref, dependsOn }) =>
  kept.has(ref) ? [{ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }] : [],
);

const licencesOf = ({ licenses = [] }) =>
  licenses.map(({ license, expression }) => expression ?? license.id ?? license.name).join(' AND ') || 'none';
/** Of alternatives one is enough; of what goes together all. */
const isPermissive = (licence) =>
  licence
    .replace(/[()]/g, '')
    .split(' AND ')
    .every((all) => all.split(' OR ').some((one) => permissive.has(one)));

const byLicence = new Map();
for (const each of bom.components)
  byLicence.set(licencesOf(each), [...(byLicence.get(licencesOf(each)) ?? []), each]);
const rows = [...byLicence].toSorted(([, a], [, b]) => b.length - a.length);
for (const [licence, all] of rows) console.log(`${String(all.length).padStart(5)}  ${licence}`);
const refused = rows.flatMap(([licence, all]) =>
  isPermissive(licence) ? [] : all.map((each) => `${each.name}@${each.version}: ${licence}`),
);
const missing = [...shipped].filter((each) => !bom.components.some((c) => `${c.name}@${c.version}` === each));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${bom.components.length} packages in ${file}`);
for (const each of refused) console.error(`not a licence that the list allows: ${each}`);
for (const each of missing) console.error(`in the lock file, and not in the list: ${each}`);
if (refused.length + missing.length > 0) process.exitCode = 1;
