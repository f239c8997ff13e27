import type { LastgoodEvent } from '../../core/index.js';
import { withoutKeys } from './without-keys.js';

describe('the events of a namespace with personal data', () => {
  it('do not tell whose value it was, and all else (OP-3)', () => {
    const events: LastgoodEvent[] = [];
    const report = withoutKeys((event) => void events.push(event));
    const loaded = { type: 'load-succeeded', namespace: 'people', version: 3, durationMs: 1 } as const;
    report({ ...loaded, key: 'ada@example.org' });
    report({ type: 'feed-answered', stream: 'prompts' });
    expect(events).toEqual([
      { ...loaded, key: '*' },
      { type: 'feed-answered', stream: 'prompts' },
    ]);
  });
});
