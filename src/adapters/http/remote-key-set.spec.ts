import { jwtVerify } from 'jose';
import { TokenIssuer } from '../../../test/support/token-issuer.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { RemoteKeySet } from './remote-key-set.js';

const minuteMs = 60_000;

describe('the key set of an issuer (OP-1)', () => {
  let issuer: TokenIssuer;
  let clock: VirtualClock;
  let warnings: unknown[];
  let keys: RemoteKeySet;

  beforeEach(async () => {
    issuer = await TokenIssuer.start();
    clock = new VirtualClock();
    warnings = [];
    const warn = (error: unknown) => void warnings.push(error);
    keys = new RemoteKeySet({ url: issuer.url, clock, warn, deadlineMs: 300 });
  });
  afterEach(() => issuer.goAway());

  /** `verified`, or the code of what was thrown. */
  const verify = async (token: string): Promise<string> => {
    try {
      await jwtVerify(token, keys.find);
      return 'verified';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('is asked for once, when it is first needed, however many wait for it', async () => {
    const token = await issuer.sign();
    expect(issuer.asked).toBe(0);
    const found = await Promise.all(Array.from({ length: 20 }, () => verify(token)));
    expect(new Set(found)).toEqual(new Set(['verified']));
    expect(issuer.asked).toBe(1);
  });

  it('is asked for again behind an answer when it is ten minutes old', async () => {
    const token = await issuer.sign();
    await verify(token);
    await clock.advance(10 * minuteMs - 1);
    await verify(token);
    expect(issuer.asked).toBe(1);
    await clock.advance(1);
    issuer.mode = 'hang';
    expect(await verify(token)).toBe('verified');
    await pollUntil(() => issuer.asked === 2, 'it is asked again');
  });

  it('serves on for as long as the issuer is away', async () => {
    const token = await issuer.sign();
    await verify(token);
    await issuer.goAway();
    for (let hour = 0; hour < 24; hour++) {
      await clock.advance(60 * minuteMs);
      expect(await verify(token)).toBe('verified');
    }
    await pollUntil(() => warnings.length > 0, 'somebody is told');
  });

  it('brings a new key at once, and is not asked for more than twice a minute for those that do not exist', async () => {
    await verify(await issuer.sign());
    await clock.advance(30_000);
    await issuer.rotate('second', 'ES256');
    expect(await verify(await issuer.sign({}, 'second'))).toBe('verified');
    expect(issuer.asked).toBe(2);
    const unknown = await issuer.sign({}, 'first', { kid: 'made-up' });
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000);
      expect(await verify(unknown)).toBe('ERR_JWKS_NO_MATCHING_KEY');
    }
    expect(issuer.asked).toBe(4);
  });

  it('lets a withdrawn key go when it is asked for again', async () => {
    const token = await issuer.sign();
    await verify(token);
    await issuer.rotate('second', 'ES256');
    issuer.withdraw('first');
    await clock.advance(10 * minuteMs);
    expect(await verify(token)).toBe('verified');
    await pollUntil(async () => (await verify(token)) === 'ERR_JWKS_NO_MATCHING_KEY', 'the key is gone');
  });

  it("that cannot be had is nobody's fault who sends a token, and is asked for again after two seconds", async () => {
    const token = await issuer.sign();
    await issuer.goAway();
    expect(await verify(token)).toBe('key-set-unavailable');
    await issuer.comeBack();
    expect(await verify(token)).toBe('key-set-unavailable');
    expect(issuer.asked).toBe(0);
    await clock.advance(2_000);
    expect(await verify(token)).toBe('verified');
  });

  it.each<[string, TokenIssuer['mode']]>([
    ['does not come', 'hang'],
    ['is refused', 500],
    ['is elsewhere', 302],
    ['is no JSON', { text: '<html>' }],
    ['is no key set', { text: '{"keys":"none"}' }],
    ['holds no key', { text: '{"keys":[]}' }],
    ['does not end', { text: `{"keys":[],"x":"${'x'.repeat(300_000)}"}` }],
  ])('that %s is none, and never takes the place of one', async (_, mode) => {
    const token = await issuer.sign();
    issuer.mode = mode;
    expect(await verify(token)).toBe('key-set-unavailable');
    issuer.mode = 'keys';
    await clock.advance(2_000);
    expect(await verify(token)).toBe('verified');
    issuer.mode = mode;
    await clock.advance(10 * minuteMs);
    expect(await verify(token)).toBe('verified');
    await pollUntil(() => warnings.length === 2, 'it was asked for in vain');
    expect(await verify(token)).toBe('verified');
  });
});
