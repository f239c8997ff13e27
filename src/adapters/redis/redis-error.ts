/**
 * Answers of a server that cannot serve anybody now, or not us. A client of a Cluster follows what sends it elsewhere:
 * where that is what is left in the end, nobody is there.
 */
const nobodyIsServed =
  /^(?:NOAUTH|WRONGPASS|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|MOVED|ASK|ERR max number of clients|ERR invalid password)/;

/** By name: a client that was passed in may come from another copy of ioredis. */
const isAnswer = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/** The code that an answer begins with: `OOM`, `NOSCRIPT`; `null` for what is no answer. */
export function answerCode(error: unknown): string | null {
  return isAnswer(error) ? error.message.split(' ', 1)[0]! : null;
}

/** Whether an error means that Redis is not there. A command that was refused (OOM, READONLY) means that it is. */
export function isUnreachable(error: unknown): boolean {
  return !isAnswer(error) || nobodyIsServed.test(error.message);
}
