import { parseConfig } from './parse-config.js';
import { SettingsError } from './settings.error.js';

describe('the settings of narratives', () => {
  it('name an engine, and take the hash of prompt and model from those unless one is set (NA-2)', () => {
    expect(parseConfig({}).narratives).toEqual({ engine: '1', promptHash: null });
    expect(parseConfig({ PROMPT_HASH: 'none' }).narratives.promptHash).toBeNull();
    const env = { ENGINE_VERSION: '2.0-rc_1', PROMPT_HASH: '0123456789' };
    expect(parseConfig(env).narratives).toEqual({ engine: '2.0-rc_1', promptHash: '0123456789' });
  });

  it.each([
    ['ENGINE_VERSION', 'a:b', '1 to 32 letters, digits, ".", "_" and "-"'],
    ['ENGINE_VERSION', 'x'.repeat(33), '1 to 32 letters, digits, ".", "_" and "-"'],
    ['PROMPT_HASH', '0123456789a', '10 digits of 0-9 and a-f, or "none"'],
    ['PROMPT_HASH', 'ABCDEF0123', '10 digits of 0-9 and a-f, or "none"'],
  ])('refuse %s=%s by its name and its limit (NA-2)', (name, value, form) => {
    const faults = [expect.stringContaining(`${name}: must be ${form}; got `)];
    expect(() => parseConfig({ [name]: value })).toThrow(SettingsError);
    expect(() => parseConfig({ [name]: value })).toThrow(expect.objectContaining({ faults }));
  });
});
