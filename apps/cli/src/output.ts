import { visibleJson, visibleText } from './visible-text.ts';

/** The part of a stream that is written to. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** @param done called when the chunk is out, or could not get out */
  write(chunk: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
}

/** Data goes to stdout, everything else to stderr; nothing of a file's text reaches a terminal unescaped. */
export interface Output {
  /** One line for people, on stdout. */
  line(text: string): void;
  /** One object on one line of stdout. */
  json(value: unknown): void;
  /** Data as it is on stdout, for programs; resolves when it is out, so that no more is read than can be written. */
  data(chunk: string | Uint8Array): Promise<void>;
  /** One line about what goes on, on stderr. */
  note(text: string): void;
  /** Replaces the line or lines that tell what goes on; null takes them away. Shown on a terminal only. */
  progress(text: string | readonly string[] | null): void;
  readonly isInteractive: boolean;
}

const ERASE_BELOW = '\u001b[J';
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

export function createOutput(stdout: TextStream, stderr: TextStream): Output {
  const isInteractive = stderr.isTTY === true;
  let shown: readonly string[] = [];
  const draw = () => {
    // A line that wraps, for letters of double width, would make the cursor go up too little: it is cut instead.
    if (isInteractive && shown.length > 0) stderr.write(`${NO_WRAP}${shown.join('\n')}${WRAP}`);
  };
  const clear = () => {
    if (!isInteractive || shown.length === 0) return;
    stderr.write(`\r${shown.length > 1 ? `\u001b[${shown.length - 1}A` : ''}${ERASE_BELOW}`);
  };
  const around = (write: () => void) => {
    clear();
    write();
    draw();
  };
  return {
    isInteractive,
    line: (text) => around(() => stdout.write(`${visibleText(text)}\n`)),
    json: (value) => around(() => stdout.write(`${visibleJson(value)}\n`)),
    data: (chunk) =>
      new Promise((resolve, reject) => {
        stdout.write(chunk, (error) => {
          // Who reads us has gone: the stream's own error ends the program, quietly.
          if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return;
          if (error) reject(error);
          else resolve();
        });
      }),
    note: (text) => around(() => stderr.write(`${visibleText(text)}\n`)),
    progress(text) {
      clear();
      const lines = text === null ? [] : typeof text === 'string' ? [text] : text;
      shown = lines.map((line) => visibleText(line).slice(0, (stderr.columns || 80) - 1));
      draw();
    },
  };
}
