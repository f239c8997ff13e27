import type { ValueCodec } from '../../core/index.js';
import type { KnownKey, KnownKeys } from './api-key.repository.js';

/** Keys are kept as they are stored in Postgres: a prefix and a hash, never the key. */
export const keysCodec: ValueCodec<KnownKeys> = {
  schema: 1,
  encode: (keys) => [...keys.values()],
  decode: (json) => new Map((json as KnownKey[]).map((each) => [each.prefix, each])),
};
