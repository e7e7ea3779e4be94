// `npm run cluster`: the product as it runs in a cluster, on this machine: many processes, servers that stand in for AWS.
import { runOnStandIns } from './stand-ins.mjs';

await runOnStandIns('apps/local-cluster/src/main.ts');
