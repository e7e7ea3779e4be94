import type {
  Item,
  JobRow,
  RangeRow,
  RecordingRow,
  Row,
  UploadRow,
  WebhookDeliveryRow,
  WebhookRow,
} from '@edf-pipeline/ledger';

/** What a ledger holds, by kind. */
export interface Rows {
  readonly upload: UploadRow[];
  readonly recording: RecordingRow[];
  readonly job: JobRow[];
  readonly range: RangeRow[];
  readonly outbox: Row[];
  readonly webhook: WebhookRow[];
  readonly delivery: WebhookDeliveryRow[];
}

export function rowsByKind(items: readonly Item[]): Rows {
  const rows = items.map(({ data }) => data as Row);
  const of = <K extends Row['kind']>(kind: K) =>
    rows.filter((row): row is Extract<Row, { kind: K }> => row.kind === kind);
  return {
    upload: of('upload'),
    recording: of('recording'),
    job: of('job'),
    range: of('range'),
    outbox: of('outbox'),
    webhook: of('webhook'),
    delivery: of('webhook-delivery'),
  };
}
