import { localCall } from '../src/platform/audit/index.js';
import { DatabaseService } from '../src/platform/database/index.js';
import { KeyUsage } from '../src/platform/security/key-usage.js';
import { ApiKeyRepository, Authenticator, type ListedKey } from '../src/platform/security/index.js';
import { VirtualClock } from '../src/testing/virtual-clock.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const call = localCall('test', 'test');

const config = '/api/v1/config/phases/stage_4';
const prefixOf = (key: string) => key.slice(3, 11);
const hourMs = 3_600_000;

describe('API keys of two processes (OP-1)', () => {
  let here: TestApp;
  let there: TestApp;
  let keys: ApiKeyRepository;

  beforeAll(async () => {
    here = await TestApp.start();
    there = await TestApp.start({ beside: here });
    keys = here.app.get(ApiKeyRepository);
  });
  afterAll(async () => {
    await there.dispose();
    await here.dispose();
  });

  const statusOf = async (app: TestApp, key: string) =>
    (await app.ask(config, { as: null, headers: { authorization: `Bearer ${key}` } })).status;
  const untilKnown = (key: string) => pollUntil(() => there.knows(key), 'the other process knows the key');
  const listed = async (prefix: string): Promise<ListedKey> =>
    (await keys.list()).find((each) => each.prefix === prefix)!;
  const rotate = async (key: string, overlapMs: number) => {
    let made = '';
    const ends = await keys.rotate(prefixOf(key), overlapMs, (shown) => void (made = shown), call);
    return { made, ends };
  };

  it('that is revoked ends at once here, and within 5 s everywhere', async () => {
    const key = await here.makeKey('client');
    await untilKnown(key);
    expect(await statusOf(there, key)).toBe(200);
    await keys.revoke(prefixOf(key), call);
    expect(await statusOf(here, key)).toBe(401);
    const since = performance.now();
    await pollUntil(
      async () => (await statusOf(there, key)) === 401,
      'it is revoked there',
      undefined,
      5_000,
    );
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(await listed(prefixOf(key))).toMatchObject({ state: 'revoked' });
  });

  it('that is revoked by psql ends everywhere as well', async () => {
    const key = await here.makeKey('client');
    await untilKnown(key);
    await here.sql('UPDATE lastgood.api_keys SET revoked_at = now() WHERE prefix = $1', [prefixOf(key)]);
    for (const app of [here, there])
      await pollUntil(async () => (await statusOf(app, key)) === 401, 'it is revoked', undefined, 5_000);
  });

  it('that was revoked stays revoked, and one that nobody made cannot be', async () => {
    const key = await here.makeKey('client');
    await keys.revoke(prefixOf(key), call);
    const [before] = await here.sql('SELECT revoked_at FROM lastgood.api_keys WHERE prefix = $1', [
      prefixOf(key),
    ]);
    await keys.revoke(prefixOf(key), call);
    const [after] = await here.sql('SELECT revoked_at FROM lastgood.api_keys WHERE prefix = $1', [
      prefixOf(key),
    ]);
    expect(after).toEqual(before);
    await expect(keys.revoke('nobodys1', call)).rejects.toMatchObject({
      code: 'api-key-not-active',
      message: 'There is no API key nobodys1',
    });
  });

  it('that is rotated works on for the overlap beside one of the same name and role', async () => {
    const key = await here.makeKey('viewer');
    const { made, ends } = await rotate(key, hourMs);
    await untilKnown(made);
    for (const app of [here, there]) {
      expect(await statusOf(app, made)).toBe(200);
      expect(await statusOf(app, key)).toBe(200);
    }
    expect(Math.abs(ends.getTime() - Date.now() - hourMs)).toBeLessThan(60_000);
    const { name, role } = await listed(prefixOf(key));
    expect(await listed(prefixOf(made))).toMatchObject({ name, role, expiresAt: null, state: 'active' });
    expect(await listed(prefixOf(key))).toMatchObject({ expiresAt: ends.toISOString(), state: 'active' });
  });

  it('that is rotated without overlap ends at once, here and there', async () => {
    const key = await here.makeKey('viewer');
    await untilKnown(key);
    const { made } = await rotate(key, 0);
    expect(await statusOf(here, key)).toBe(401);
    expect(await statusOf(here, made)).toBe(200);
    await pollUntil(async () => (await statusOf(there, key)) === 401, 'it ended there', undefined, 5_000);
  });

  it('that would end before the overlap does is not made longer by it, and its successor lives as long', async () => {
    const ends = new Date(Date.now() + hourMs);
    const key = await here.makeKey('client', ends);
    const rotated = await rotate(key, 24 * hourMs);
    expect(rotated.ends).toEqual(ends);
    const { expiresAt } = await listed(prefixOf(rotated.made));
    expect(Math.abs(Date.parse(expiresAt!) - Date.now() - hourMs)).toBeLessThan(60_000);
  });

  it('that cannot be used is not rotated, and no key is shown', async () => {
    const revoked = await here.makeKey('client');
    await keys.revoke(prefixOf(revoked), call);
    const expired = await here.makeKey('client', new Date(Date.now() - 1_000));
    const shown: string[] = [];
    for (const prefix of [prefixOf(revoked), prefixOf(expired), 'nobodys1'])
      await expect(keys.rotate(prefix, 0, (key) => void shown.push(key), call)).rejects.toMatchObject({
        code: 'api-key-not-active',
      });
    expect(shown).toEqual([]);
  });

  it('are listed with all that people need, and nothing that could be used', async () => {
    const expired = await here.makeKey('writer', new Date(Date.now() - 1_000));
    const all = await keys.list();
    expect(all.find(({ prefix }) => prefix === prefixOf(here.keys.admin))).toMatchObject({
      name: 'the admin',
      role: 'admin',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      expiresAt: null,
      state: 'active',
    });
    expect(all.find(({ prefix }) => prefix === prefixOf(expired))).toMatchObject({ state: 'expired' });
    const hashes = await here.sql<{ sha256: string }>('SELECT sha256 FROM lastgood.api_keys');
    for (const { sha256 } of hashes) expect(JSON.stringify(all)).not.toContain(sha256);
  });

  describe('and when each was last used', () => {
    let clock: VirtualClock;
    let usage: KeyUsage;
    const lastUsed = async (prefix: string) => {
      const [row] = await here.sql<{ at: Date }>(
        'SELECT last_used_at AS at FROM lastgood.key_usage WHERE prefix = $1',
        [prefix],
      );
      return row?.at.getTime() ?? null;
    };

    beforeEach(() => {
      clock = new VirtualClock();
      usage = new KeyUsage(here.app.get(DatabaseService), clock);
    });

    it('is written a second after a use, and once a minute at most', async () => {
      usage.note('used-one');
      usage.note('used-one');
      await clock.advance(999);
      expect(await lastUsed('used-one')).toBeNull();
      await clock.advance(1);
      await pollUntil(async () => (await lastUsed('used-one')) !== null, 'the use is written');
      const first = await lastUsed('used-one');
      for (let second = 1; second < 59; second++) {
        usage.note('used-one');
        await clock.advance(1_000);
      }
      expect(await lastUsed('used-one')).toBe(first);
      await clock.advance(1_000);
      usage.note('used-one');
      await clock.advance(1_000);
      await pollUntil(async () => (await lastUsed('used-one'))! > first!, 'a later use is written');
      await clock.advance(60_000);
      expect(clock.pending).toBe(0);
    });

    it('is written before the process ends', async () => {
      usage.note('used-two');
      await usage.beforeApplicationShutdown();
      expect(await lastUsed('used-two')).not.toBeNull();
      expect(clock.pending).toBe(0);
    });

    it('is lost without harm while Postgres is away, and noted again at a later use', async () => {
      await here.proxy.mode('refuse');
      usage.note('used-three');
      await clock.advance(1_000);
      expect(await statusOf(here, here.keys.client)).toBe(200);
      await here.proxy.mode('pass');
      await clock.advance(60_000);
      await pollUntil(async () => {
        usage.note('used-three');
        await clock.advance(60_000);
        return (await lastUsed('used-three')) !== null;
      }, 'a later use is written');
    });

    it('is told by the list, and no process is told of it: the stream of keys stands still', async () => {
      const version = async () =>
        (
          await here.sql<{ version: string }>(
            `SELECT version FROM lastgood.change_counter WHERE stream = 'access'`,
          )
        )[0]!.version;
      const key = await here.makeKey('client');
      const before = await version();
      expect(await statusOf(here, key)).toBe(200);
      await pollUntil(async () => (await listed(prefixOf(key))).lastUsedAt !== null, 'the use is listed');
      expect(await version()).toBe(before);
      expect((await listed(prefixOf(key))).lastUsedAt).toMatch(/Z$/);
    });
  });

  it('that are wrong are kept by nobody, and of the ways to write one that is right a thousand', async () => {
    const authenticator = here.app.get(Authenticator);
    const verified = Reflect.get(authenticator, 'verified') as Map<string, unknown>;
    await authenticator.identify(`Bearer ${here.keys.admin}`);
    const { size } = verified;
    for (let at = 0; at < 5_000; at++) {
      const tail = String(at).padStart(43, 'x');
      const wrong = [`Bearer lg_AAAAAAAA_${tail}`, `Bearer lg_${prefixOf(here.keys.admin)}_${tail}`];
      for (const header of wrong) expect(await authenticator.identify(header)).toBeNull();
    }
    expect(verified.size).toBe(size);
    for (let at = 0; at < 2_000; at++) {
      const basic = Buffer.from(`user-${at}:${here.keys.admin}`).toString('base64');
      expect(await authenticator.identify(`Basic ${basic}`)).toMatchObject({ role: 'admin' });
    }
    expect(verified.size).toBe(1_000);
    const long = Buffer.from(`${'u'.repeat(8_000)}:${here.keys.viewer}`).toString('base64');
    expect(await authenticator.identify(`Basic ${long}`)).toMatchObject({ role: 'viewer' });
    expect([...verified.keys()].every((header) => header.length <= 200)).toBe(true);
  });
});
