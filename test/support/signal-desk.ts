import type { PushOutcome } from '../../src/features/signals/pushing/push-outcome.js';
import type { Signal } from '../../src/features/signals/reading/signal.js';
import { VirtualClock } from '../../src/testing/index.js';
import { ScriptedSource } from './scripted-source.js';
import { SignalReplica } from './signal-replica.js';
import { signalTypeOf } from './signal-type-of.js';

const types = [
  signalTypeOf({}, 'pushed'),
  signalTypeOf({ source: { http: 'https://o.example/{game_id}' }, access: 'cold' }, 'pulled'),
  signalTypeOf(
    {
      ttl: '1h',
      key: 'news:{feed}:{article}',
      source: { feeds: { wire: 'https://wire.example/', other: 'https://other.example/' } },
      observed_at: undefined,
    },
    'news',
  ),
];

/** One replica with a type of each kind, in virtual time, with a source that does as it is told. */
export class SignalDesk {
  readonly clock = new VirtualClock();
  readonly source = new ScriptedSource(this.clock);
  readonly replica = new SignalReplica({
    clock: this.clock,
    client: this.source,
    types,
    random: () => 0.5,
  });

  constructor() {
    this.source.text = () => JSON.stringify({ at: this.iso(), price: 2 });
  }

  readonly iso = (agoMs = 0): string => new Date(this.clock.wall() - agoMs).toISOString();

  readonly push = (id: string, agoMs = 0): Promise<PushOutcome> =>
    this.replica.pushes.push('pushed', id, { value: { at: this.iso(agoMs) } }, null);

  readonly get = (type: string, id: string, maxAgeMs?: number): Promise<Signal> =>
    this.replica.service.get(type, id, maxAgeMs === undefined ? {} : { maxAgeMs });

  /** Settles a promise in virtual time. */
  readonly over = async <T>(promise: Promise<T>, ms = 30_000): Promise<T> => {
    promise.catch(() => undefined);
    await this.clock.advance(ms);
    return promise;
  };
}

/** What a promise is rejected with; `null` where it is not. */
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );
