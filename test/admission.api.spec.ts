import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { AccessGuard } from '../src/platform/security/access.guard.js';
import { Authenticator } from '../src/platform/security/index.js';
import { TestApp } from './support/test-app.js';

/** The status and the problem's code that a server answers a raw request with, the connection left open. */
async function answerTo(socket: Socket): Promise<string> {
  let text = '';
  while (!/"code":"[^"]*"/.test(text)) text += String((await once(socket, 'data'))[0]);
  return `${/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]} ${/"code":"([^"]*)"/.exec(text)?.[1]}`;
}

describe('admission (OP-1)', () => {
  let lastgood: TestApp;
  beforeAll(async () => (lastgood = await TestApp.start()));
  afterAll(() => lastgood.dispose());

  /** Sends the head of a request whose body never comes. */
  const promiseABody = async (path: string, key: string | null, bytes: number): Promise<string> => {
    const { hostname, port } = new URL(lastgood.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const authorization = key === null ? '' : `authorization: Bearer ${key}\r\n`;
    socket.write(
      `PUT ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${authorization}content-length: ${bytes}\r\n\r\n{`,
    );
    const answer = await answerTo(socket);
    socket.destroy();
    return answer;
  };

  it.each([100, 250_000, 10_000_000])(
    'refuses whoever may not call before the body is read: of %d bytes one came',
    async (bytes) => {
      const path = '/admin/phases/stage_4';
      expect(await promiseABody(path, null, bytes)).toBe('401 unauthorized');
      expect(await promiseABody(path, lastgood.keys.client, bytes)).toBe('403 forbidden');
    },
  );

  it('tells the size of a body to those alone who may send one', async () => {
    const body = JSON.stringify({ reason: 'x'.repeat(300_000) });
    const put = (as: 'client' | 'editor' | null) =>
      lastgood.ask('/admin/phases/stage_4', { method: 'PUT', as, body });
    expect((await put(null)).status).toBe(401);
    expect((await put('client')).status).toBe(403);
    expect((await put('editor')).status).toBe(413);
  });

  it.each(['/nowhere', '/admin', '/admin/nothing', '/api/v1/config', '/docsx'])(
    'what leads nowhere is 404 for everybody: %s',
    async (path) => {
      for (const as of [null, 'client', 'admin'] as const)
        expect(await lastgood.ask(path, { as })).toMatchObject({ status: 404, body: { code: 'not-found' } });
    },
  );

  it('a refusal carries the request id, as every answer does', async () => {
    const { headers, body } = await lastgood.ask('/admin/phases', {
      as: null,
      headers: { 'x-request-id': 'mine-1' },
    });
    expect(headers.get('x-request-id')).toBe('mine-1');
    expect(body).toMatchObject({ requestId: 'mine-1' });
  });

  describe('the guard behind it', () => {
    const asked = (over: object) => {
      const request = { method: 'GET', routeOptions: { url: '/admin/phases' }, headers: {}, ...over };
      const guard = new AccessGuard(lastgood.app.get(Authenticator));
      const context = { switchToHttp: () => ({ getRequest: () => request }) };
      return { request, answer: async () => guard.canActivate(context as never) };
    };

    it('refuses what did not pass the hook, unless it may', async () => {
      await expect(asked({}).answer()).rejects.toMatchObject({ code: 'unauthorized' });
      const authorization = `Bearer ${lastgood.keys.client}`;
      await expect(asked({ headers: { authorization } }).answer()).rejects.toMatchObject({
        code: 'forbidden',
      });
      const known = asked({ headers: { authorization: `Bearer ${lastgood.keys.viewer}` } });
      expect(await known.answer()).toBe(true);
      expect(known.request).toMatchObject({ identity: { name: 'the viewer', role: 'viewer' } });
    });

    it('takes the word of the hook', async () => {
      expect(await asked({ identity: null }).answer()).toBe(true);
    });
  });
});
