import { z } from 'zod';
import { ConfigError, integerText, loadConfig } from './config.ts';

const schema = z
  .object({
    EDF_PORT: integerText({ min: 0, max: 65_535, fallback: 8_080 }),
    EDF_LEASE_SECONDS: integerText({ min: 1, max: 3_600, fallback: 30 }),
    EDF_HEARTBEAT_SECONDS: integerText({ min: 1, max: 3_600, fallback: 10 }),
    EDF_LOG_LEVEL: z.enum(['info', 'debug']).default('info'),
    EDF_SECRET: z.string().min(8, 'is shorter than 8 characters').optional(),
  })
  .refine(({ EDF_LEASE_SECONDS, EDF_HEARTBEAT_SECONDS }) => EDF_LEASE_SECONDS > EDF_HEARTBEAT_SECONDS, {
    message: 'EDF_LEASE_SECONDS is not longer than EDF_HEARTBEAT_SECONDS: every lease would run out',
  });

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfig(schema, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('the configuration', () => {
  it('takes defaults where the environment says nothing', () => {
    expect(loadConfig(schema, { EDF_PORT: undefined, PATH: '/bin' })).toEqual({
      EDF_PORT: 8_080,
      EDF_LEASE_SECONDS: 30,
      EDF_HEARTBEAT_SECONDS: 10,
      EDF_LOG_LEVEL: 'info',
    });
  });

  it('cannot be changed once it is loaded', () => {
    const config = loadConfig(schema, {}) as { EDF_PORT: number };

    expect(() => (config.EDF_PORT = 1)).toThrow(TypeError);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('with several faults names all of them at once', () => {
    const faults = faultsOf({
      EDF_PORT: '70000',
      EDF_LOG_LEVEL: 'loud',
      EDF_LEASE_SECONDS: 'ten',
      EDF_SECRET: 'short',
    });

    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'EDF_PORT',
      'EDF_LEASE_SECONDS',
      'EDF_LOG_LEVEL',
      'EDF_SECRET',
    ]);
  });

  it('says each fault on a line of the message', () => {
    expect(() => loadConfig(schema, { EDF_PORT: '-1', EDF_SECRET: 'short' })).toThrow(
      'The configuration has 2 faults:\n- EDF_PORT: is not a whole number\n- EDF_SECRET: is shorter than 8 characters',
    );
  });

  it('that contradicts itself says what would follow', () => {
    expect(faultsOf({ EDF_LEASE_SECONDS: '5' })).toEqual([
      'EDF_LEASE_SECONDS is not longer than EDF_HEARTBEAT_SECONDS: every lease would run out',
    ]);
  });

  it('never repeats a value in a fault: it may be a secret', () => {
    expect(
      faultsOf({ EDF_SECRET: 'hunter2', EDF_PORT: 'hunter2', EDF_LOG_LEVEL: 'hunter2' }).join(),
    ).not.toContain('hunter2');
  });

  it.each(['', ' 1', '1.5', '1e3', '0x10', '-1', '+1', '١'])('takes no whole number from %j', (text) => {
    expect(faultsOf({ EDF_PORT: text })).toEqual(['EDF_PORT: is not a whole number']);
  });

  it.each([
    ['0', 0],
    ['65535', 65_535],
  ])('takes the bound %s of a whole number', (text, value) => {
    expect(loadConfig(schema, { EDF_PORT: text }).EDF_PORT).toBe(value);
  });
});
