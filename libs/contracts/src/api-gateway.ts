import { openApiDocument } from './openapi.ts';

export interface ApiGatewayOptions {
  /** Of the user pool, as it stands in tokens: `https://cognito-idp.<region>.amazonaws.com/<pool>`. */
  readonly issuer: string;
  /** App clients whose tokens are let through: those that people sign in with, and machine clients. */
  readonly audience: readonly string[];
  /** Where the gateway is: its address, or the ARN of a listener together with `vpcLinkId`. */
  readonly uri: string;
  readonly vpcLinkId?: string;
}

/** What an HTTP API waits at most, and what it takes for the default. */
const TIMEOUT_MILLISECONDS = 30_000;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly schema?: { type?: string };
  }[];
  readonly responses: Readonly<Record<string, { readonly description?: string }>>;
}

/**
 * The API as an HTTP API of Amazon API Gateway imports it: OpenAPI 3.0 (it takes no later one), every operation behind
 * a JWT authorizer and passed on as it is. Schemas are left out: HTTP APIs validate nothing, and the gateway does, tokens
 * too. Sources: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers" (it compares `client_id`
 * where a token has no `aud`), "Transform API requests and responses for HTTP APIs", "Quotas for HTTP APIs".
 */
export function apiGatewayDocument(options: ApiGatewayOptions): Record<string, unknown> {
  const { info, paths } = JSON.parse(JSON.stringify(openApiDocument())) as {
    info: { title: string; version: string; description: string };
    paths: Record<string, Record<string, Operation>>;
  };
  const { title, version, description } = info;
  return {
    openapi: '3.0.1',
    info: { title, version, description },
    'x-amazon-apigateway-importexport-version': '1.0',
    paths: {
      ...mapValues(paths, (methods, path) =>
        mapValues(methods, (operation, method) => ({
          ...slim(operation),
          security: [{ accessToken: [] }],
          'x-amazon-apigateway-integration': integrationFor(options, isStream(path, method)),
        })),
      ),
      // The page, its configuration and the contract are there for everybody; what else gets here the gateway refuses.
      '/$default': {
        'x-amazon-apigateway-any-method': {
          isDefaultRoute: true,
          'x-amazon-apigateway-integration': integrationFor(options, false),
        },
      },
    },
    components: {
      securitySchemes: {
        accessToken: {
          type: 'oauth2',
          'x-amazon-apigateway-authorizer': {
            type: 'jwt',
            identitySource: '$request.header.Authorization',
            jwtConfiguration: { issuer: options.issuer, audience: [...options.audience] },
          },
        },
      },
    },
  };
}

const isStream = (path: string, method: string) => path === '/v1/events' && method === 'get';

/**
 * An HTTP API gives an answer on when it is whole, and after half a minute none: a stream would never arrive. So nobody
 * gets one here, whatever they ask for: clients that are answered with JSON go on with polls, on the same cursor.
 */
function integrationFor({ uri, vpcLinkId }: ApiGatewayOptions, isStreamRefused: boolean) {
  return {
    type: 'http_proxy',
    httpMethod: 'ANY',
    payloadFormatVersion: '1.0',
    uri,
    ...(vpcLinkId === undefined
      ? { connectionType: 'INTERNET' }
      : { connectionType: 'VPC_LINK', connectionId: vpcLinkId }),
    timeoutInMillis: TIMEOUT_MILLISECONDS,
    requestParameters: {
      // Without the name of the stage, and with the path's parameters in it.
      'overwrite:path': '$request.path',
      ...(isStreamRefused && { 'overwrite:header.accept': 'application/json' }),
    },
  };
}

function slim({ operationId, summary, parameters = [], responses }: Operation) {
  return {
    operationId,
    summary,
    parameters: parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => ({ in: 'path', name, required: true, schema: { type: 'string' } })),
    responses: mapValues(responses, ({ description }) => ({ description: description ?? '' })),
  };
}

const mapValues = <From, To>(record: Readonly<Record<string, From>>, map: (value: From, key: string) => To) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
