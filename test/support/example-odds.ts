export const signalsPath = '/api/v1/signals';

/** A price as it was a moment ago. */
export const exampleOdds = (price = 1.91, ageMs = 0) => ({
  event_id: 'g1',
  book: 'dk',
  market: 'h2h',
  side: 'home',
  price,
  timestamp: new Date(Date.now() - ageMs).toISOString(),
  implied_prob: 0.52,
  vig_adjusted_prob: null,
});
