import { parseRuntime } from '../../src/features/signals/types/parse-runtime.js';
import type { SignalType } from '../../src/features/signals/types/signal-type.js';

/** A type as `runtime.yml` would have it, of what is told of it. */
export function signalTypeOf(told: Readonly<Record<string, unknown>> = {}, name = 'odds'): SignalType {
  const usual = { ttl: '60s', key: `${name}:{game_id}`, source: 'push', observed_at: '/at' };
  const text = JSON.stringify({ signals: { types: { [name]: { ...usual, ...told } } } });
  const type = parseRuntime(text, { dataDir: '/data', secrets: {} }).types.get(name);
  if (type === undefined) throw new Error('it is there');
  return type;
}
