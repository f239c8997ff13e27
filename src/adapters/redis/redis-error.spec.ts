import { ReplyError } from 'ioredis';
import { answerCode, isUnreachable } from './redis-error.js';

const answer = (message: string): Error => new (ReplyError as new (message: string) => Error)(message);

describe('what an error of Redis says of Redis (CA-11)', () => {
  it.each([
    'LOADING Redis is loading the dataset in memory',
    'NOAUTH Authentication required.',
    'WRONGPASS invalid username-password pair or user is disabled.',
    'CLUSTERDOWN The cluster is down',
    'MOVED 2126 127.0.0.1:7001',
    'ASK 2126 127.0.0.1:7001',
    'MASTERDOWN Link with MASTER is down',
    'BUSY Redis is busy running a script.',
    'ERR max number of clients reached',
  ])('nobody is served: %s', (message) => expect(isUnreachable(answer(message))).toBe(true));

  it.each([
    'OOM command not allowed when used memory > maxmemory.',
    'READONLY You can’t write against a read only replica.',
    'NOSCRIPT No matching script.',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'NOPERM this user has no permissions to run the command',
    'MISCONF Redis is configured to save RDB snapshots',
  ])('one command was refused: %s', (message) => expect(isUnreachable(answer(message))).toBe(false));

  it('whatever is no answer means that nobody answered', () => {
    expect(isUnreachable(new Error('Command timed out'))).toBe(true);
    expect(answerCode(new Error('OOM is what this is not'))).toBeNull();
    expect(answerCode(answer('OOM command not allowed'))).toBe('OOM');
  });
});
