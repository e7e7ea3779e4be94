import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface Outcome {
  readonly status: number;
  readonly milliseconds: number;
  readonly retryAfter: boolean;
}

/** Connections that carry one request after the other, written by hand: what asks must cost less than what answers. */
export class Connections {
  readonly #free: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(port: number, count: number) {
    for (let at = 0; at < count; at++) this.#free.push(new Connection(port));
  }

  get freeCount() {
    return this.#free.length;
  }

  async send(request: string): Promise<Omit<Outcome, 'milliseconds'>> {
    const connection =
      this.#free.pop() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await connection.send(request);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#free.push(connection);
    }
  }

  close() {
    for (const connection of this.#free) connection.close();
  }
}

class Connection {
  readonly #socket: Socket;
  #text = '';
  #answered: ((outcome: Omit<Outcome, 'milliseconds'>) => void) | null = null;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#read(text));
    this.#socket.on('error', (error) => {
      throw error;
    });
  }

  send(request: string): Promise<Omit<Outcome, 'milliseconds'>> {
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
    this.#answered?.({ status, retryAfter });
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
