import { similarName } from './similar-name.js';

const names = ['PORT', 'DATABASE_URL', 'REDIS_URL', 'MODEL_CONFIG_MAX_AGE_MS', 'MODEL_CONFIG_COLD_START'];

describe('similarName (OP-8)', () => {
  it.each([
    ['REDIS_URI', false, 'REDIS_URL'],
    ['DATABSE_URL', false, 'DATABASE_URL'],
    ['database_url', false, 'DATABASE_URL'],
    ['MODEL_CONFIG_MAXAGE', true, 'MODEL_CONFIG_MAX_AGE_MS'],
    ['MODEL_CONFIG_COLDSTART', true, 'MODEL_CONFIG_COLD_START'],
    ['PORTS', true, 'PORT'],
  ])('knows what %s was to be (ours: %s)', (unknown, isOurs, meant) => {
    expect(similarName(unknown, names, isOurs)).toBe(meant);
  });

  it.each(['POST', 'PORTS', 'HOME', 'POSTGRES_URL', 'npm_config_cache', 'DATABASE'])(
    'makes nothing of %s, which others may have set',
    (unknown) => {
      expect(similarName(unknown, names, false)).toBeNull();
    },
  );
});
