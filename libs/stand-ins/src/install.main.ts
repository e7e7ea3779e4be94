import { installStandIns } from './install.ts';
import { StandInMissing } from './installation.ts';

try {
  installStandIns();
} catch (error) {
  if (!(error instanceof StandInMissing)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
