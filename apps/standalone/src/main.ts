import { spawn } from 'node:child_process';
import { ConfigError, createLogger, untilAskedToStop } from '@edf-pipeline/service';
import { readConfig } from './config.ts';
import { DataFolderInUse } from './data-folder.ts';
import { ingestSample } from './ingest-sample.ts';
import { startStandalone } from './standalone.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The operating system's own words name the path: a folder that cannot be made, or is not ours. */
const isOfFiles = (error: unknown): error is Error =>
  error instanceof Error && 'syscall' in error && 'path' in error;

function explainAndExit(error: unknown): never {
  const isKnown = error instanceof ConfigError || error instanceof DataFolderInUse;
  const isPortTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (isPortTaken) say('That port is in use. Stop what uses it, or choose another one with --port.');
  else if (isKnown || isOfFiles(error)) say(error.message);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(2);
}

const USAGE = `npm start -- [--port N] [--data FOLDER] [--open] [--no-sample]

  --port N        8080 unless given; 0: any free port
  --data FOLDER   where everything is kept; ./data unless given
  --open          opens the page in the browser
  --no-sample     processes no sample recording at the first start`;

if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
  say(USAGE);
  process.exit(0);
}

try {
  const config = readConfig(process.argv.slice(2), process.env);
  const logger = createLogger({ name: 'edf-pipeline', level: config.logLevel });
  // Heard from here on: who stops us while we start, or the moment we say that we are ready, finds a clean end too.
  const stopping = untilAskedToStop(process);
  const standalone = await startStandalone(config, logger);
  say(`edf-pipeline is ready: ${standalone.url}`);
  say(`Everything is kept in ${config.dataFolder}. Stop with Ctrl-C.`);
  if (config.isOpened) {
    const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
    spawn(opener, [standalone.url], { stdio: 'ignore', detached: true }).on('error', () =>
      say(`Open ${standalone.url} in a browser.`),
    );
  }
  if (config.isSampleWanted) {
    ingestSample(standalone, config.dataFolder).then(
      (what) => what === 'added' && say('A generated sample recording is being processed.'),
      (error: unknown) => logger.warn('The sample recording could not be added', { error }),
    );
  }
  await stopping;
  say('Stopping …');
  process.exit((await standalone.close()) ? 0 : 1);
} catch (error) {
  explainAndExit(error);
}
