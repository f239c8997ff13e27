import { readFileSync } from 'node:fs';
import keyvTestSuite, { keyvIteratorTests } from '@keyv/test-suite';
import { Keyv } from 'keyv';
import * as vitest from 'vitest';
import { startSharedArea } from './redis.mjs';
import { SystemClock } from '../dist/src/adapters/system/system-clock.js';
import { StaleWhileRevalidateCache } from '../dist/src/core/index.js';
import { NamespaceRegistry } from '../dist/src/platform/cache/namespace-registry.js';

import { freePolicy, SwrStore } from '../dist/src/platform/cache/swr.store.js';

/** As `CACHE_MANAGER` has it: values are not serialized, unless a test brings a serializer of its own. */
class ObjectKeyv extends Keyv {
  constructor(options) {
    super({ serialize: undefined, deserialize: undefined, ...options });
  }
}

const clock = new SystemClock();
const newCache = () => new StaleWhileRevalidateCache({ clock, policy: freePolicy });
// Without namespaces, it uses nothing that it is given.
const registry = new NamespaceRegistry();
const { shared, stop } = await startSharedArea();
vitest.afterAll(stop);
const memory = newCache();
const beforeRedis = newCache();

/** A store: how to make one. Each test makes several, which have to meet the same entries. */
const stores = {
  memory: () => new SwrStore({ clock, cache: memory, registry, shared: null }),
  Redis: () => new SwrStore({ clock, cache: beforeRedis, registry, shared }),
};

vitest.it('tries the Keyv that the package has', ({ expect }) => {
  const [here, there] = ['./package.json', '../package.json'].map((file) =>
    JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')),
  );
  expect(here.dependencies.keyv).toBe(there.dependencies.keyv);
});

// keyvCompressionTests are left out: they try a compression over a Map, and meet no store.
for (const [name, store] of Object.entries(stores)) {
  for (const [values, KeyvClass] of Object.entries({ serialized: Keyv, objects: ObjectKeyv })) {
    vitest.describe(`SwrStore over ${name}, ${values} (CA-13)`, () => {
      vitest.describe('the suite', () => keyvTestSuite(vitest, KeyvClass, store));
      vitest.describe('iterator', () => keyvIteratorTests(vitest, KeyvClass, store));
    });
  }
}
