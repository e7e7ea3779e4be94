import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

interface Answer {
  readonly status: number;
  readonly retryAfter: boolean;
}

export interface Outcome extends Answer {
  readonly milliseconds: number;
}

/** Connections that carry one request after the other, written by hand: what asks must cost less than what answers. */
export class Connections {
  readonly #port: number;
  readonly #most: number;
  #open = 0;
  /** The one used last is used next, so that those nobody needs are left to the server to close. */
  readonly #free: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(port: number, most: number) {
    this.#port = port;
    this.#most = most;
  }

  get freeCount() {
    return this.#free.length + this.#most - this.#open;
  }

  /** Asks once more, on another connection, where the server closed a kept one as the request came. */
  async send(request: string): Promise<Answer> {
    for (;;) {
      const connection = this.#free.pop() ?? (await this.#another());
      const isKept = connection.answers > 0;
      const answer = await connection.send(request);
      if (!answer && isKept) continue;
      // Cut without a word: neither created nor refused.
      if (!answer) return { status: 0, retryAfter: false };
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#free.push(connection);
      return answer;
    }
  }

  close() {
    for (const connection of this.#free) connection.close();
  }

  /** A new one is opened when it is needed: a server answers 408 where nothing comes. */
  async #another(): Promise<Connection> {
    if (this.#open >= this.#most) return new Promise<Connection>((resolve) => this.#waiting.push(resolve));
    this.#open += 1;
    const connection = new Connection(this.#port, () => {
      this.#open -= 1;
      const at = this.#free.indexOf(connection);
      if (at >= 0) this.#free.splice(at, 1);
    });
    return connection;
  }
}

class Connection {
  readonly #socket: Socket;
  #text = '';
  #answered: ((answer: Answer | null) => void) | null = null;
  answers = 0;

  /** @param closed called once, whoever closed it */
  constructor(port: number, closed: () => void) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#read(text));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error;
    });
    this.#socket.on('close', () => {
      closed();
      this.#answered?.(null);
    });
  }

  /** null when it was closed instead. */
  send(request: string): Promise<Answer | null> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write(request);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #read(text: string) {
    this.#text += text;
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = /content-length: (\d+)/i.exec(this.#text)?.[1];
    if (length === undefined) throw new Error(`an answer without a length: ${this.#text.slice(0, 200)}`);
    if (this.#text.length < end + 4 + Number(length)) return;
    const status = Number(this.#text.slice(9, 12));
    const retryAfter = /\r\nretry-after:/i.test(this.#text.slice(0, end));
    this.#text = '';
    this.answers += 1;
    this.#answered?.({ status, retryAfter });
    this.#answered = null;
  }
}

let files = 0;

/** One announcement of a new file, as a client sends it. */
export function announcement(token: string): string {
  const body = JSON.stringify({ fileName: `night-${++files}.edf`, byteLength: 30_000_000 });
  return [
    'POST /v1/uploads HTTP/1.1',
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    `idempotency-key: ${randomUUID()}`,
    '',
    body,
  ].join('\r\n');
}
