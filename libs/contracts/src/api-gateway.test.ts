import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { apiGatewayDocument } from './api-gateway.ts';
import { openApiDocument } from './openapi.ts';

const options = {
  issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_pool',
  audience: ['web', 'machine-1'],
  uri: 'https://gateway.example',
};

interface Integration {
  readonly timeoutInMillis: number;
  readonly requestParameters: Readonly<Record<string, string>>;
}
type Operation = Record<string, unknown> & { readonly 'x-amazon-apigateway-integration': Integration };
interface Rendered {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly securitySchemes: Record<string, unknown> };
}

const rendered = (change = {}) => apiGatewayDocument({ ...options, ...change }) as unknown as Rendered;

const operationsOf = (paths: object) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      name: `${method} ${path}`,
      path,
      operation,
    })),
  );

describe('the API for an HTTP API of API Gateway', () => {
  const document = rendered();
  const routes = operationsOf(document.paths).filter(({ path }) => path !== '/$default');

  it('holds every operation of the contract and no other, in the version that is taken there', () => {
    expect(document.openapi).toBe('3.0.1');
    expect(routes.map(({ name }) => name)).toEqual(
      operationsOf(openApiDocument().paths ?? {}).map(({ name }) => name),
    );
  });

  it('lets only tokens of the pool and its app clients through', () => {
    expect(document.components.securitySchemes).toEqual({
      accessToken: {
        type: 'oauth2',
        'x-amazon-apigateway-authorizer': {
          type: 'jwt',
          identitySource: '$request.header.Authorization',
          jwtConfiguration: { issuer: options.issuer, audience: ['web', 'machine-1'] },
        },
      },
    });
    for (const { operation } of routes) expect(operation['security']).toEqual([{ accessToken: [] }]);
  });

  it('passes every request on as it is, and waits for as long as may be', () => {
    for (const { operation } of operationsOf(document.paths)) {
      expect(operation['x-amazon-apigateway-integration']).toMatchObject({
        type: 'http_proxy',
        connectionType: 'INTERNET',
        uri: 'https://gateway.example',
        timeoutInMillis: 30_000,
        requestParameters: { 'overwrite:path': '$request.path' },
      });
    }
  });

  it('asks for no stream, which would never arrive: of events alone, the answer is JSON there', () => {
    const refused = routes
      .filter(
        ({ operation }) =>
          'overwrite:header.accept' in operation['x-amazon-apigateway-integration'].requestParameters,
      )
      .map(({ name }) => name);

    expect(refused).toEqual(['get /v1/events']);
  });

  it('describes every name in a path', () => {
    for (const { path, operation } of routes) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect((operation['parameters'] as { name: string }[]).map(({ name }) => name)).toEqual(named);
    }
  });

  it('refers to nothing, and says no null: schemas stay where they are used', () => {
    expect(JSON.stringify(document)).not.toMatch(/\$ref|:null/);
  });

  it('leaves the page and the contract to everybody', () => {
    expect(document.paths['/$default']?.['x-amazon-apigateway-any-method']).toMatchObject({
      isDefaultRoute: true,
    });
    expect(document.paths['/$default']?.['x-amazon-apigateway-any-method']).not.toHaveProperty('security');
  });

  it('goes through a VPC link where one is named', () => {
    const { paths } = rendered({ uri: 'arn:aws:elasticloadbalancing:x', vpcLinkId: 'link-1' });

    expect(paths['/v1/limits']?.['get']?.['x-amazon-apigateway-integration']).toMatchObject({
      connectionType: 'VPC_LINK',
      connectionId: 'link-1',
      uri: 'arn:aws:elasticloadbalancing:x',
    });
  });

  it('is what the program prints; without what it needs the program says how it is used', () => {
    const program = fileURLToPath(new URL('./write-openapi.main.ts', import.meta.url));
    const run = (...args: string[]) =>
      String(execFileSync(process.execPath, [program, ...args], { stdio: 'pipe' }));
    const flags = [
      '--api-gateway',
      '--issuer',
      options.issuer,
      '--audience',
      'web,machine-1',
      '--uri',
      options.uri,
    ];

    expect(JSON.parse(run(...flags))).toEqual(JSON.parse(JSON.stringify(document)));
    expect(JSON.parse(run())).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    expect(() => run('--api-gateway')).toThrow(/usage: write-openapi/);
  });
});
