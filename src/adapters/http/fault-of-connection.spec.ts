import { faultOfConnection } from './fault-of-connection.js';

describe('a connection that fails (SI-5)', () => {
  it.each([
    ['timeout', 'No connection to a:1 in time', { code: 'UND_ERR_CONNECT_TIMEOUT' }],
    ['network', 'The connection to a:1 failed (ECONNRESET)', { code: 'ECONNRESET', message: 'secret' }],
    ['network', 'The connection to a:1 failed', new Error('secret')],
  ])('is a fault of kind %p that says %p (SI-5)', (fault, message, error) => {
    expect(faultOfConnection(error, 'a:1')).toMatchObject({ fault, message });
  });
});
