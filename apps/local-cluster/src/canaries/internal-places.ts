import type { LocalCluster } from '../local-cluster.ts';
import type { Place } from './canary.ts';
import { sent } from './chosen-canaries.ts';

/** What processes answer inside the cluster, also when asked for what is not there. There are no metrics yet. */
export async function internalPlaces({ processes }: LocalCluster): Promise<Place[]> {
  const asked = [
    '/healthz',
    '/readyz',
    '/metrics',
    '/internal/demand/small',
    '/internal/demand/none',
    '/internal',
  ];
  const places: Place[] = [];
  for (const { name, url } of processes.filter((each) => !each.name.startsWith('gateway'))) {
    for (const path of asked) {
      const response = await fetch(`${url}${path}?${new URLSearchParams({ query: sent.query.text })}`);
      const headers = JSON.stringify([...response.headers]);
      const bytes = Buffer.from(`${headers}\n${await response.text()}`);
      places.push({ kind: 'internal', name: `${name} ${path} ${response.status}`, bytes });
    }
  }
  return places;
}
