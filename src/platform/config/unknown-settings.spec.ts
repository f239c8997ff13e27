import { parseConfig, type Environment } from './parse-config.js';
import { SettingsError } from './settings.error.js';

const secret = 'hunter2';

function faultsOf(env: Environment, ownNames?: string[]): readonly string[] {
  try {
    parseConfig(env, ownNames);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

/** Which one was meant is said where there is one like it. */
const noSuch = (name: string) => expect.stringMatching(`^${name}: there is no such setting(; [A-Z_]+\\?)?$`);

describe('settings that there are none of', () => {
  it.each(['MODEL_CONFIG_STALE_IF_ERR_MS', 'LASTGOOD_PORT', 'MODEL_CONFIG_'])(
    'takes %s for a misspelling, wherever it stands, and does not show its value',
    (name) => {
      expect(faultsOf({ [name]: secret })).toEqual([noSuch(name)]);
    },
  );

  it('takes no offence at what else an environment holds', () => {
    const others = { PATH: '/bin', PGPASSWORD: secret, MODEL: 'x', model_config_x: 'y', NODE_ENV: 'test' };
    expect(faultsOf(others)).toEqual([]);
  });

  it.each(['PROT', 'PGPASSWORD', 'port', 'constructor', 'toString'])(
    'takes %s in a .env file, which was written for us, for a misspelling',
    (name) => {
      expect(faultsOf({ [name]: secret, PORT: '80' }, [name, 'PORT'])).toEqual([noSuch(name)]);
    },
  );
});
