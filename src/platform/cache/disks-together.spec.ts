import type { LastgoodEvent } from '../../core/index.js';
import { DisksTogether } from './disks-together.js';

describe('several disks, told as one', () => {
  const events: LastgoodEvent[] = [];
  const state = (isUp: boolean) => ({ type: 'tier-state', tier: 'disk', isUp }) as const;
  beforeEach(() => void events.splice(0));

  it('are down while any of them is, and up again when all are', () => {
    const disks = new DisksTogether((event) => void events.push(event));
    const [one, other] = [disks.of('/one', false), disks.of('/other', true)];
    one(state(false));
    other(state(false));
    one(state(true));
    expect(events).toEqual([state(false)]);
    other(state(true));
    other(state(true));
    expect(events).toEqual([state(false), state(true)]);
  });

  it('say in a warning which of them it is, but for the first', () => {
    const disks = new DisksTogether((event) => void events.push(event));
    const warning = { type: 'tier-warning', tier: 'disk', message: 'set aside' } as const;
    disks.of('/one', false)(warning);
    disks.of('/other', true)(warning);
    const stored = { type: 'entry-stored', tier: 'disk', namespace: 'n', bytes: 1 } as const;
    disks.of('/other', true)(stored);
    expect(events).toEqual([warning, { ...warning, message: '/other: set aside' }, stored]);
  });
});
