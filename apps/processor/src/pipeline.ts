import { createHash } from 'node:crypto';

/** Parameters of a pipeline: they go into its results, since other values give other results. */
export interface PipelineParameters {
  readonly epochSeconds: 30;
}

const parameters: Readonly<Record<string, PipelineParameters>> = {
  'default@1': { epochSeconds: 30 },
};

/** @throws RangeError for a pipeline that this version does not know */
export function parametersOf(pipeline: string): PipelineParameters {
  const known = Object.hasOwn(parameters, pipeline) ? parameters[pipeline] : undefined;
  if (!known) throw new RangeError(`there is no pipeline ${pipeline}`);
  return known;
}

export function parametersHash(pipeline: string): string {
  return createHash('sha256')
    .update(JSON.stringify(parametersOf(pipeline)))
    .digest('hex');
}

/** Version of what computes the results; part of every manifest. Raise it with every change of a result's bytes. */
export const CODE_VERSION = '1';
