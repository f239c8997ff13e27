import { SignalDesk } from '../../../../test/support/signal-desk.js';
import { SignalWarmer } from '../warming/signal-warmer.service.js';
import { BriefWarming } from './brief-warming.service.js';

const games = (count: number) => Array.from({ length: count }, (_, at) => ({ game_id: `g${at}` }));

describe('warming for whoever waits (SI-8)', () => {
  const warming = (desk: SignalDesk) =>
    new BriefWarming(new SignalWarmer(desk.replica, desk.replica.service), desk.clock);

  it('tells what became of all, and what is not warmed', async () => {
    const desk = new SignalDesk();
    const answer = await desk.over(warming(desk).run(games(3)));
    expect(answer).toMatchObject({ total: 5, processed: 5, loaded: 3, failed: 2 });
    expect(answer.skipped).toEqual([{ type: 'pushed', why: expect.stringContaining('pushed') }]);
    expect(desk.clock.pending).toBe(0);
  });

  it('begins nothing more once its time is over, and says how far it came', async () => {
    const desk = new SignalDesk();
    desk.source.answersInMs = 1_500;
    const { total, processed } = await desk.over(warming(desk).run(games(500)), 30_000);
    expect(total).toBe(502);
    expect(processed).toBeGreaterThan(0);
    expect(processed).toBeLessThan(502);
  });
});
