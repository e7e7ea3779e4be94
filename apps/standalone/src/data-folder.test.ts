import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDataFolder } from './data-folder.ts';

const parent = mkdtempSync(path.join(os.tmpdir(), 'data-folder-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const secretsOf = (folder: string) => {
  const opened = openDataFolder(folder);
  opened.close();
  return opened.secrets;
};

describe('the secrets of a data folder', () => {
  it('are made once, each another one, for its user alone', () => {
    const folder = path.join(parent, 'fresh');
    const made = secretsOf(folder);

    expect(secretsOf(folder)).toEqual(made);
    expect(new Set(Object.values(made).map(String)).size).toBe(Object.keys(made).length);
    for (const secret of Object.values(made)) expect(secret).toHaveLength(32);
    expect(statSync(path.join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('of an earlier version are kept, and what they lack is made once', () => {
    const folder = path.join(parent, 'earlier');
    const made = secretsOf(folder);
    const file = path.join(folder, 'secrets.json');
    const { webhookKey: _, ...earlier } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    writeFileSync(file, JSON.stringify(earlier));
    const upgraded = secretsOf(folder);

    expect(upgraded).toEqual({ ...made, webhookKey: upgraded.webhookKey });
    expect(upgraded.webhookKey).toHaveLength(32);
    expect(upgraded.webhookKey).not.toEqual(made.webhookKey);
    expect(secretsOf(folder)).toEqual(upgraded);
  });
});
