import type { Provider } from '@nestjs/common';
import { NamespaceRegistry } from '../../../platform/cache/index.js';
import { promptLibraryNamespace, promptsPolicy, promptsStream } from '../prompts.policy.js';
import { LibraryRepository } from './library.repository.js';

/** Injects the `Reader<PromptLibrary>`. */
export const LIBRARY_READER = Symbol('LIBRARY_READER');
/** All of the library is one value. */
export const libraryKey = 'library';

/** It is loaded when it is asked for: most changes of its stream are people's, and do not concern it. */
export const libraryReader: Provider = {
  provide: LIBRARY_READER,
  inject: [NamespaceRegistry, LibraryRepository],
  useFactory: (registry: NamespaceRegistry, origin: LibraryRepository) =>
    registry.register({
      namespace: promptLibraryNamespace,
      policy: promptsPolicy,
      stream: promptsStream,
      confirmedBy: 'counter',
      origin,
    }),
};
