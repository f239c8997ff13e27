/** Specs that need a redis-server: without any they are skipped, and fail where CI=true. */
export function describeRedis(name: string, specs: () => void): void {
  if (process.env.TEST_REDIS_SERVER) describe(name, specs);
  else if (process.env.CI === 'true') describe(name, missing);
  else describe.skip(name, specs);
}

function missing(): void {
  it('needs a redis-server: none was found', () => {
    throw new Error('Set REDIS_SERVER to a redis-server, or install one: with CI=true nothing is skipped');
  });
}
