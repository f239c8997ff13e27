const spec = '\\.spec\\.ts$';
const layers = ['core', 'adapters', 'platform', 'features', 'ops', 'cli'];

/** The list has no circle, and a feature that isn't on the left uses no other feature. */
const featureUses = {
  lessons: ['model-config', 'prompts'],
  narratives: ['model-config', 'prompts'],
};
const users = Object.keys(featureUses).join('|');

const inside = (...folders) => `^src/(${folders.join('|')})/`;

/** @returns {import('dependency-cruiser').IForbiddenRuleType} */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const layerRules = [
  forbid(
    'core-stands-alone',
    'The algorithm is proved with fakes and a virtual clock; a library or a framework inside it would have to be proved too.',
    { path: inside('core'), pathNot: spec },
    { pathNot: inside('core'), dependencyTypesNot: ['core'] },
  ),
  forbid(
    'adapters-look-down',
    'An adapter implements a port of core for whoever puts it together; knowing its user would make it usable only there.',
    { path: inside('adapters'), pathNot: spec },
    { path: inside('platform', 'features', 'ops', 'cli') },
  ),
  forbid(
    'adapters-know-no-nest',
    'Adapters are plain classes with options in the constructor, so that contract suites and the CLI build them without a container.',
    { path: inside('adapters'), pathNot: spec },
    { path: '(^|node_modules/)@nestjs/' },
  ),
  forbid(
    'adapter-siblings-are-strangers',
    'One folder is one outside world; what two of them have in common is a port, and ports live in core.',
    { path: '^src/adapters/([^/]+)/', pathNot: spec },
    { path: inside('adapters'), pathNot: '^src/adapters/$1/' },
  ),
  forbid(
    'platform-looks-down',
    'Platform is what every feature stands on; one import of a feature makes it part of all the others.',
    { path: inside('platform'), pathNot: spec },
    { path: inside('features', 'ops', 'cli') },
  ),
  forbid(
    'features-look-down',
    'A feature must work the same whether an operator, the CLI or nobody is looking at it.',
    { path: inside('features'), pathNot: spec },
    { path: inside('ops', 'cli') },
  ),
  forbid(
    'ops-and-cli-are-strangers',
    'They are two doors to the same modules; what both need belongs behind the doors.',
    { path: '^src/(ops|cli)/', pathNot: spec },
    { path: inside('ops', 'cli'), pathNot: '^src/$1/' },
  ),
  forbid(
    'features-and-ops-reach-adapters-through-platform',
    'Core meets adapters in platform only: a second meeting place would have deadlines and breakers of its own.',
    { path: inside('features', 'ops'), pathNot: spec },
    { path: inside('adapters') },
  ),
  forbid(
    'cli-opens-only-the-rescue-adapters',
    'The CLI may start the embedded database and read the disk tier while nothing else runs; the rest it gets from platform.',
    { path: inside('cli'), pathNot: spec },
    { path: inside('adapters'), pathNot: '^src/adapters/(embedded-postgres|disk)/' },
  ),
  forbid(
    'nothing-imports-the-top',
    'main, app.module and index list all the others; whoever imports one of them imports everything.',
    { path: inside(...layers.filter((layer) => layer !== 'cli'), 'testing'), pathNot: spec },
    { path: '^src/[^/]+$' },
  ),
  forbid(
    'cli-starts-main-only',
    'The command `start` is main itself; whatever else a command needs, it puts together from modules.',
    { path: inside('cli'), pathNot: spec },
    { path: '^src/[^/]+$', pathNot: '^src/main\\.ts$' },
  ),
  forbid(
    'src-has-no-other-folders',
    'A folder outside the layers obeys none of these rules: give the file to the layer that needs it.',
    { path: '^(src|migrations)/' },
    { path: '^src/[^/]+/', pathNot: inside(...layers, 'testing') },
  ),
];

const featureRules = [
  forbid(
    'features-use-only-what-is-listed',
    'Features that use each other freely end in a circle; the list at the top of this file has none.',
    { path: `^src/features/(?!(?:${users})/)([^/]+)/`, pathNot: spec },
    { path: inside('features'), pathNot: '^src/features/$1/' },
  ),
  ...Object.entries(featureUses).map(([feature, uses]) =>
    forbid(
      `${feature}-uses-only-what-is-listed`,
      'Features that use each other freely end in a circle; the list at the top of this file has none.',
      { path: `^src/features/${feature}/`, pathNot: spec },
      { path: inside('features'), pathNot: `^src/features/(${[feature, ...uses].join('|')})/` },
    ),
  ),
  forbid(
    'features-are-used-through-their-index',
    'What index.ts lists is promised to other features; the rest of the folder may change on any day.',
    { path: '^src/features/([^/]+)/', pathNot: spec },
    { path: '^src/features/[^/]+/', pathNot: ['^src/features/$1/', '^src/features/[^/]+/index\\.ts$'] },
  ),
];

const promptRules = [
  forbid(
    'prompt-clients-stand-alone',
    'What renders prompts runs in other processes too, as lastgood/prompts: it must not bring a framework or a database.',
    { path: '^src/features/prompts/(prompt|rendering|manager|client)/', pathNot: spec },
    {
      pathNot: [
        inside('core', 'platform/language'),
        '^src/features/prompts/(prompt|rendering|manager|client)/',
        '^src/features/prompts/prompts\\.policy\\.ts$',
        'node_modules/(liquidjs|zod)/',
      ],
      dependencyTypesNot: ['core'],
    },
  ),
];

const besideTheLayers = [
  forbid(
    'testing-is-for-rehearsals',
    'Fakes and fault injectors that production code can reach will one day run in production.',
    { path: '^src/(?!testing/)', pathNot: spec },
    { path: inside('testing') },
  ),
  forbid(
    'testing-knows-core-only',
    'Users rehearse with it beside their own app: it must not drag a database, a framework or our features along.',
    { path: inside('testing'), pathNot: spec },
    { pathNot: inside('core', 'testing'), dependencyTypesNot: ['core'] },
  ),
  forbid(
    'migrations-stand-alone',
    'A migration describes the past; code that it imports would change that past with every edit.',
    { path: '^migrations/', pathNot: spec },
    { path: '^src/' },
  ),
  forbid(
    'migrations-run-in-one-place',
    'They run behind the advisory lock of platform/database; a second way in would run them without it.',
    { path: '^(src|bench)/', pathNot: [spec, inside('platform/database', 'cli')] },
    { path: '^migrations/' },
  ),
  forbid(
    'nothing-imports-a-spec',
    'Importing a spec runs its tests a second time, and ships it.',
    { pathNot: spec },
    { path: spec },
  ),
  forbid(
    'production-imports-no-test-code',
    'test/, bench/ and compliance/ are not in the package: such an import works here and fails at the first user.',
    { path: '^(src|migrations)/', pathNot: spec },
    { path: '^(test|bench|compliance)/' },
  ),
  forbid(
    'production-imports-no-dev-dependency',
    'npm install --omit=dev leaves them out (but for peers), so that the import fails only where it matters.',
    { path: '^(src|migrations)/', pathNot: spec },
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'], pathNot: 'node_modules/@types/' },
  ),
  forbid(
    'no-circles',
    'In a circle no file can be read or moved without the others, and who gets undefined depends on which loads first.',
    {},
    { circular: true },
  ),
  forbid(
    'nothing-unresolvable',
    'An import that leads nowhere fails at boot, and here it would slip through every other rule.',
    {},
    { couldNotResolve: true },
  ),
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...layerRules, ...featureRules, ...promptRules, ...besideTheLayers],
  options: {
    // A type-only import is gone after the build, but it ties two layers together all the same.
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
