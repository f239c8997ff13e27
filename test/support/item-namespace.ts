import type { Loaded, Reader } from '../../src/core/index.js';
import { NamespaceRegistry } from '../../src/platform/cache/index.js';
import type { KeyedNamespace } from '../../src/platform/cache/namespace-options.js';
import { FakeOrigin } from '../../src/testing/fake-origin.js';
import type { TestApp } from './test-app.js';

/** A namespace of many values in a running application, whose origin does what a test says. */
export interface Items {
  readonly reader: Reader<string>;
  readonly origin: FakeOrigin<string>;
}

/** Values are confirmed by their own load; changes are counted in the stream of caches. */
export function itemsIn(
  { app }: TestApp,
  options: Partial<KeyedNamespace<string>> = {},
  answer: Loaded<string> = { value: 'first', scopes: ['shelf'] },
): Items {
  const origin = new FakeOrigin('');
  origin.answer(answer);
  const reader = app.get(NamespaceRegistry).register<string>({
    namespace: 'items',
    stream: 'cache',
    confirmedBy: 'load',
    origin,
    ...options,
  });
  return { reader, origin };
}
