import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium that is on this machine, or null. */
export const findChromium = () =>
  [process.env.CHROMIUM_PATH, ...places].find((place) => place && existsSync(place)) ?? null;

/** Installs Debian's Chromium where that is possible; answers why there is none, or null when there is. */
export function ensureChromium() {
  if (findChromium()) return null;
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!canInstall) return 'there is no Chromium; install one, or set CHROMIUM_PATH';
  process.stdout.write('Installing Chromium from Debian …\n');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
  ]) {
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  }
  return findChromium() ? null : 'Chromium could not be installed from Debian';
}
