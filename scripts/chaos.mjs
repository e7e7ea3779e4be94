// `npm run chaos -- --uploads N --seed S`: the processes of a cluster on this machine, killed again and again.
import { runOnStandIns } from './stand-ins.mjs';

await runOnStandIns('apps/local-cluster/src/chaos.main.ts');
