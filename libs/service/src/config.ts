import { z } from 'zod';

/** What is wrong with the environment, all at once. */
export class ConfigError extends Error {
  readonly code = 'config-invalid';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n- ${faults.join('\n- ')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Validates the environment (or any flat record of texts) against an app's schema and freezes the outcome.
 *
 * @throws ConfigError naming every variable that is missing or wrong
 */
export function loadConfig<T extends z.ZodType>(
  schema: T,
  env: Record<string, string | undefined>,
): Readonly<z.infer<T>> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : message,
    ),
  );
}

/** A whole number from text, with bounds and a default. */
export function integerText(options: { min: number; max: number; fallback: number }) {
  return z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .pipe(
      z
        .number()
        .min(options.min, `is less than ${options.min}`)
        .max(options.max, `is more than ${options.max}`),
    )
    .default(options.fallback);
}
