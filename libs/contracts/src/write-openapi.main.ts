import { openApiDocument } from './openapi.ts';

// Prints the document that libs/contracts/openapi.json keeps; openapi.test.ts says how it is renewed.
process.stdout.write(`${JSON.stringify(openApiDocument(), null, 2)}\n`);
