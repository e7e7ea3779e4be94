import { DEFAULT_PIPELINE } from '@edf-pipeline/contracts';
import { parametersHash, parametersOf } from './pipeline.ts';

describe('a pipeline', () => {
  it('that uploads run through has parameters', () => {
    expect(parametersOf(DEFAULT_PIPELINE)).toEqual({ epochSeconds: 30 });
  });

  // Frozen: part of every manifest. Other parameters are another version of the pipeline.
  it('has the parameter hash that its results carry', () => {
    expect(parametersHash('default@1')).toBe(
      'c74c1f11f001a961dbff2462ade0348ea56532a48c5f58a232cde346ea051771',
    );
  });

  it.each(['default@2', 'default', '', 'constructor', '__proto__'])(
    'that this version does not know (%j) is refused',
    (pipeline) => {
      expect(() => parametersOf(pipeline)).toThrow(RangeError);
    },
  );
});
