export interface Target {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** Of another organisation. */
  readonly otherToken: string;
}

const wanted = {
  E2E_URL: 'the address of an edf-pipeline, for example http://127.0.0.1:8080',
  E2E_TOKEN: 'an access token of a first organisation',
  E2E_OTHER_TOKEN: 'an access token of a second organisation',
};

/** All that this suite knows of what it tests. */
export const target: Target = readTarget(process.env);

/** For the browser suite. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** For the comparison of two instances: where the first one's results are noted; and whether nothing may be missing. */
export const comparison = {
  resultsFile: process.env.E2E_RESULTS ?? '',
  isCi: process.env.CI === 'true',
};

function readTarget(env: Record<string, string | undefined>): Target {
  const faults = Object.entries(wanted).filter(([name]) => !env[name]);
  if (!URL.canParse(env.E2E_URL ?? '') || faults.length > 0) {
    const lines = Object.entries(wanted).map(([name, what]) => `- ${name}: ${what}`);
    throw new Error(`The acceptance suite has to be told what to test:\n${lines.join('\n')}`);
  }
  const { E2E_URL = '', E2E_TOKEN = '', E2E_OTHER_TOKEN = '' } = env;
  return { url: E2E_URL.replace(/\/+$/, ''), token: E2E_TOKEN, otherToken: E2E_OTHER_TOKEN };
}
