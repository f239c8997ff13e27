import { SourceRig } from '../../../test/support/source-rig.js';

const later = 90_000;

describe('a source that is asked whether something has changed (SI-5)', () => {
  let rig: SourceRig;
  beforeEach(async () => {
    rig = await SourceRig.start();
    rig.upstream.setDocument('/a', { odds: 1 });
  });
  afterEach(() => rig.close());

  async function held() {
    const { facts } = await rig.body(rig.at('/a'));
    await rig.clock.advance(later);
    return facts;
  }

  it('is sent ETag and Last-Modified, and by 304 makes what is held as young as that (SI-5)', async () => {
    const facts = await held();
    const answer = await rig.ask(rig.at('/a'), { held: facts });
    expect(answer).toMatchObject({
      kind: 'not-modified',
      facts: { etag: facts.etag, lastModified: facts.lastModified, observedAt: facts.observedAt + later },
    });
    expect(rig.upstream.requests[1]?.headers).toMatchObject({
      'if-none-match': facts.etag,
      'if-modified-since': facts.lastModified,
    });
  });

  it('goes on being asked so after a 304 that names no validator (SI-5)', async () => {
    let facts = await held();
    rig.upstream.behave('bare-not-modified');
    for (let nth = 0; nth < 3; nth++) {
      const answer = await rig.ask(rig.at('/a'), { held: facts });
      if (answer.kind !== 'not-modified') throw new Error(answer.kind);
      facts = answer.facts;
    }
    expect(rig.upstream.answered(304)).toBe(3);
  });

  it('answers with a body once it has changed (SI-5)', async () => {
    const facts = await held();
    rig.upstream.setDocument('/a', { odds: 2 });
    const answer = await rig.body(rig.at('/a'), { held: facts });
    expect(answer.text).toBe('{"odds":2}');
    expect(answer.facts.etag).not.toBe(facts.etag);
  });

  it('knows weak tags as well as strong ones (SI-5)', async () => {
    rig.upstream.behave({ kind: 'headers', headers: { etag: 'W/"weak"' } }, { times: 1 });
    const facts = await held();
    expect(facts.etag).toBe('W/"weak"');
    await rig.ask(rig.at('/a'), { held: facts });
    expect(rig.upstream.requests[1]?.headers['if-none-match']).toBe('W/"weak"');
  });

  it('shortens by a 304 what it had said before (SI-5)', async () => {
    const facts = await held();
    rig.upstream.behave({ kind: 'headers', headers: { 'cache-control': 'max-age=10' } });
    expect(await rig.ask(rig.at('/a'), { held: facts })).toMatchObject({ facts: { freshForMs: 10_000 } });
  });

  it('is asked for all of it when its 304 confirms something else (SI-5)', async () => {
    const facts = await held();
    rig.upstream.behave('not-modified-of-another');
    expect((await rig.body(rig.at('/a'), { held: facts })).text).toBe('{"odds":1}');
    expect(rig.upstream.requests.slice(1).map(({ status }) => status)).toEqual([304, 200]);
  });

  it('is asked unconditionally where it has given nothing to ask by (SI-5)', async () => {
    rig.upstream.behave('no-validators');
    const facts = await held();
    expect(facts).toMatchObject({ etag: null, lastModified: null });
    await rig.body(rig.at('/a'), { held: facts });
    expect(rig.upstream.answered(200)).toBe(2);
  });

  it('is refused when it says 304 to what was no question (SI-5)', async () => {
    rig.upstream.behave('always-not-modified');
    expect(await rig.refusal(rig.at('/a'))).toMatchObject({ fault: 'status', status: 304 });
  });

  it('is not asked by the validator of another address (SI-5)', async () => {
    const facts = await held();
    rig.upstream.setDocument('/b', { odds: 1 });
    expect((await rig.body(rig.at('/b'), { held: facts })).text).toBe('{"odds":1}');
    expect(rig.upstream.requests[1]?.headers).not.toHaveProperty('if-none-match');
  });

  it('confirms what is held through a redirect, and the redirect is asked no such thing (SI-5)', async () => {
    rig.upstream.behave({ kind: 'redirect', to: '/a' }, { path: '/old' });
    const { facts } = await rig.body(rig.at('/old'));
    expect(await rig.ask(rig.at('/old'), { held: facts })).toMatchObject({ kind: 'not-modified' });
    expect(rig.upstream.requests.map(({ status }) => status)).toEqual([302, 200, 302, 304]);
    expect(rig.upstream.requests[2]?.headers).not.toHaveProperty('if-none-match');
  });
});
