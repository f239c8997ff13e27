import { VirtualClock } from '../../testing/virtual-clock.js';
import { RetryBudget } from './retry-budget.js';

describe('RetryBudget (LE-2)', () => {
  let clock: VirtualClock;
  let budget: RetryBudget;
  beforeEach(() => {
    clock = new VirtualClock();
    budget = new RetryBudget(clock);
  });
  const spendAll = () => {
    let spent = 0;
    while (budget.spend()) spent++;
    return spent;
  };

  it('begins with ten, and holds no more however much is earned (LE-2)', async () => {
    for (let call = 0; call < 1_000; call++) budget.earn();
    await clock.advance(86_400_000);
    expect(spendAll()).toBe(10);
  });

  it('earns one by ten calls, exactly (LE-2)', () => {
    spendAll();
    for (let call = 0; call < 9; call++) budget.earn();
    expect(budget.spend()).toBe(false);
    budget.earn();
    expect(spendAll()).toBe(1);
    for (let call = 0; call < 50; call++) budget.earn();
    expect(spendAll()).toBe(5);
  });

  it('earns one in ten seconds, so that who asks seldom may try again too (LE-2)', async () => {
    spendAll();
    await clock.advance(9_999);
    expect(budget.spend()).toBe(false);
    await clock.advance(1);
    expect(spendAll()).toBe(1);
  });
});
