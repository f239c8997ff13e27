import { signalsPath } from './support/example-odds.js';
import { runtimeOf } from './support/signal-runtime.js';
import { TestApp } from './support/test-app.js';

const types = { any: { ttl: '60s', key: 'any:{id}', source: 'push' } };

describe('signals from outside (SI-9)', () => {
  let lastgood: TestApp;
  beforeAll(async () => (lastgood = await TestApp.start({ env: runtimeOf(types) })));
  afterAll(() => lastgood.dispose());

  it.each([
    [
      'however deep it is nested',
      '['.repeat(100_000) + ']'.repeat(100_000),
      'must be nested at most 64 deep',
    ],
    ['beyond all numbers', '1e400', 'must have finite numbers alone'],
  ])(
    'a value %s is refused by what is wrong with it, with an Idempotency-Key too (SI-9)',
    async (_, value, fault) => {
      const answer = await fetch(`${lastgood.url}${signalsPath}/any/x`, {
        method: 'POST',
        body: `{"value":${value}}`,
        headers: {
          authorization: `Bearer ${lastgood.keys.writer}`,
          'content-type': 'application/json',
          'idempotency-key': `outside-${value.length}`,
        },
      });
      const { code, faults } = (await answer.json()) as { code: string; faults: string[] };
      expect([answer.status, code, faults]).toEqual([422, 'signal-invalid', [`value: ${fault}`]]);
    },
  );

  it('a process whose runtime.yml cannot be meant does not come up, and leaves nothing behind (SI-1)', async () => {
    const env = runtimeOf({ odds: { ttl: 'x' } });
    await expect(TestApp.start({ env })).rejects.toThrow('signals.types.odds.ttl: must be a duration');
  });
});
