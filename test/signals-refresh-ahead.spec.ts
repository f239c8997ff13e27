import { RefreshAhead } from '../src/features/signals/refreshing/refresh-ahead.service.js';
import { VirtualClock } from '../src/testing/index.js';
import { ScriptedSource } from './support/scripted-source.js';
import { SignalReplica } from './support/signal-replica.js';
import { signalTypeOf } from './support/signal-type-of.js';

const lines = signalTypeOf(
  { source: { http: 'https://o.example/{game_id}' }, observed_at: undefined },
  'lines',
);

describe('refreshing ahead', () => {
  it('keeps up with a thousand hot keys of 60 s that all came at once: none is loaded in a read again (SI-8)', async () => {
    const clock = new VirtualClock();
    const source = new ScriptedSource(clock);
    source.text = () => '{}';
    const replica = new SignalReplica({ clock, types: [lines], client: source, random: () => 0.5 });
    const ahead = new RefreshAhead(replica, clock);
    ahead.onModuleInit();
    const keys = Array.from({ length: 1_000 }, (_, at) => `g${at}`);
    const read = (key: string) => replica.service.get('lines', key);
    await Promise.all(keys.map(read));
    source.answersInMs = 100;
    const sources = new Set<string>();
    // Each key is read once in a second.
    for (let round = 0; round < 130; round++) {
      for (let at = 0; at < keys.length; at += 100) {
        const signals = Promise.all(keys.slice(at, at + 100).map(read));
        await clock.advance(100);
        for (const signal of await signals) sources.add(signal.source);
      }
    }
    ahead.beforeApplicationShutdown();
    expect([...sources]).toEqual(['memory']);
    expect(source.asked.length).toBeLessThan(3.6 * keys.length);
  });
});
