import { parseConfig } from '../config/index.js';
import { MetricsToken } from './metrics-token.js';

const token = 'sixteen letters-'.replace(' ', '_');
const of = (env: Record<string, string>) => new MetricsToken(parseConfig(env));

describe('METRICS_TOKEN (OP-5)', () => {
  it.each(['Bearer ', 'bearer ', 'BEARER  '])('is taken as "%s<token>"', (scheme) => {
    expect(of({ METRICS_TOKEN: token }).identify(`${scheme}${token}`)).toMatchObject({ role: 'viewer' });
  });

  it.each([
    undefined,
    '',
    token,
    'Bearer',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${token.toUpperCase()}`,
    `Basic ${Buffer.from(`x:${token}`).toString('base64')}`,
  ])('is nothing else: %s', (header) => {
    expect(of({ METRICS_TOKEN: token }).identify(header)).toBeNull();
  });

  it('is nobody where it is not set', () => {
    for (const header of [undefined, 'Bearer ', `Bearer ${token}`, 'Bearer null', 'Bearer undefined'])
      expect(of({}).identify(header)).toBeNull();
  });

  it.each(['fifteen-letters', 'sixteen letters!', 'x'.repeat(513), 'sechzehn-zeichén'])(
    'is refused by its name and not by its text: %s',
    (text) => {
      expect(() => of({ METRICS_TOKEN: text })).toThrow(
        'METRICS_TOKEN: must be from 16 to 512 characters of printable ASCII without blanks; got "…"',
      );
    },
  );
});
