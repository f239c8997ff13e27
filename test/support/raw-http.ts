import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Writes bytes that no client would send, and reads until the server ends the connection. */
export async function rawHttp(url: string, request: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line): [string, string] => [line.split(':')[0]!, after(line)]));
  return { status: Number(first.split(' ')[1]), headers, text: rest.join('\r\n\r\n') };
}

const after = (line: string): string => line.slice(line.indexOf(':') + 1).trim();
