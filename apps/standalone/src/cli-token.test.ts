import { mkdtempSync, readFileSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '@edf-pipeline/service';
import { keepCliToken } from './cli-token.ts';
import type { LocalIssuer } from './local-issuer.ts';

const { jest } = import.meta;

describe('the access token of the command line', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'edf-cli-token-'));
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });

  const keep = async (url: string) => {
    let issued = 0;
    const lines: string[] = [];
    const data = path.join(folder, 'data');
    mkdirSync(data);
    const kept = await keepCliToken({
      issuer: { issue: async () => ({ accessToken: `token ${++issued}` }) } as unknown as LocalIssuer,
      url,
      tokenFile: path.join(data, 'token'),
      stateFolder: path.join(folder, 'state'),
      logger: createLogger({ name: 'test', level: 'info' }, { write: (line) => void lines.push(line) }),
      renewSeconds: 100,
    });
    return {
      kept,
      data,
      token: () => readFileSync(path.join(data, 'token'), 'utf8'),
      log: () => lines.join(''),
    };
  };

  it('is renewed in time', async () => {
    const { kept, token } = await keep('http://127.0.0.1:8080');
    await jest.advanceTimersByTimeAsync(250_000);

    expect(token()).toBe('token 3');
    kept.remove();
  });

  it('that cannot be written is tried again, and ends nothing', async () => {
    const { kept, data, token, log } = await keep('http://127.0.0.1:8080');
    rmSync(data, { recursive: true });
    await jest.advanceTimersByTimeAsync(101_000);
    expect(log()).toContain('could not be renewed');
    mkdirSync(data);
    await jest.advanceTimersByTimeAsync(31_000);

    expect(token()).toBe('token 3');
    kept.remove();
  });

  it('is found also where the address leaves the port out', async () => {
    const { kept } = await keep('http://127.0.0.1:80');

    expect(readFileSync(path.join(folder, 'state', '127.0.0.1-80.json'), 'utf8')).toContain('token');
    kept.remove();
  });
});
