import { runtimeOf } from '../../../../test/support/signal-runtime.js';
import { parseConfig } from '../../../platform/config/index.js';
import { readRuntime } from './read-runtime.js';

describe('readRuntime (SI-1)', () => {
  it('is the file of the settings', () => {
    const types = { odds: { ttl: '60s', key: 'odds:{game_id}', source: 'push' } };
    expect([...readRuntime(parseConfig(runtimeOf(types))).types.keys()]).toEqual(['odds']);
  });

  it.each([
    ['is not there', '/nowhere/runtime.yml', 'ENOENT'],
    ['is a folder', '/', 'EISDIR'],
  ])('names a file that %s', (_, file, why) => {
    expect(() => readRuntime(parseConfig({ RUNTIME_CONFIG: file }))).toThrow(
      expect.objectContaining({
        code: 'runtime-invalid',
        message: expect.stringContaining(`${file}: cannot be read: ${why}`),
      }),
    );
  });
});
