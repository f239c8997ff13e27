import { signalType } from '../../../../test/support/signal-sources.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import { signalSourceOf } from './signal-source-of.js';
import type { SourceParts } from './source-parts.js';

describe('the origin of what is pushed (SI-9)', () => {
  it('can tell nothing: neither that there is none, nor that what is held is current (SI-9)', async () => {
    const parts = { clock: new VirtualClock() } as unknown as SourceParts;
    const origin = signalSourceOf(signalType({ kind: 'push' }), parts);
    const request = { signal: new AbortController().signal, endsAt: 0, held: undefined };
    await expect(origin.load('news:a:b', request)).rejects.toMatchObject({
      code: 'signal-source-failed',
      id: 'a:b',
    });
  });
});
