import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { fateOf } from './classify-error.ts';
import { createLedgerClient } from './ledger-client.ts';
import { awsError } from './test-support/documented-dynamodb.ts';

const cancelled = (...codes: string[]) =>
  awsError('TransactionCanceledException', 'Transaction cancelled', 400, {
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const failed = (code: string) => Object.assign(new Error(code), { code });

describe('what a failed request means', () => {
  it.each([
    ['throttling of the table', awsError('ProvisionedThroughputExceededException', ''), 'not-done'],
    ['throttling of requests', awsError('ThrottlingException', ''), 'not-done'],
    ['throttling of the account', awsError('RequestLimitExceeded', ''), 'not-done'],
    ['another 429', awsError('SomethingNew', '', 429), 'not-done'],
    ['a transaction on the item', awsError('TransactionConflictException', ''), 'not-done'],
    ['the same transaction, still going on', awsError('TransactionInProgressException', ''), 'not-done'],
    ['a conflict of transactions', cancelled('None', 'TransactionConflict'), 'not-done'],
    ['throttling of one item of many', cancelled('ThrottlingError', 'None'), 'not-done'],
    [
      'a condition that failed beside a conflict',
      cancelled('ConditionalCheckFailed', 'TransactionConflict'),
      'permanent',
    ],
    ['an item of a transaction that is too large', cancelled('None', 'ValidationError'), 'permanent'],
    ['a failed condition', awsError('ConditionalCheckFailedException', ''), 'permanent'],
    ['a request that makes no sense', awsError('ValidationException', ''), 'permanent'],
    ['a token used for something else', awsError('IdempotentParameterMismatchException', ''), 'permanent'],
    ['a missing table', awsError('ResourceNotFoundException', ''), 'permanent'],
    ['a missing permission', awsError('AccessDeniedException', ''), 'permanent'],
    ['a clock that is wrong', awsError('InvalidSignatureException', 'Signature expired'), 'not-done'],
    ['credentials that have run out', awsError('ExpiredTokenException', ''), 'not-done'],
    ['an internal error', awsError('InternalServerError', '', 500), 'unknown'],
    ['a service that is away', awsError('ServiceUnavailable', '', 503), 'unknown'],
    ['a server nobody listens on', failed('ECONNREFUSED'), 'not-done'],
    ['a name that cannot be resolved', failed('EAI_AGAIN'), 'not-done'],
    ['a connection that was cut', failed('ECONNRESET'), 'unknown'],
    ['no answer in time', Object.assign(new Error('aborted'), { name: 'AbortError' }), 'unknown'],
    ['a mistake of ours', new TypeError('cannot read'), 'permanent'],
    ['nothing at all', undefined, 'unknown'],
  ] as const)('%s', (_, error, fate) => {
    expect(fateOf(error)).toBe(fate);
  });
});

describe('with the SDK, a request', () => {
  const listen = async (onConnection: (socket: Socket) => void) => {
    const server = createServer(onConnection).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };
  const ask = async (endpoint: string, connectionTimeout: number, requestTimeout: number) => {
    const client = createLedgerClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: {
        connectionTimeout,
        requestTimeout,
        throwOnRequestTimeout: true,
        httpAgent: { maxSockets: 1 },
      },
    });
    const get = () =>
      client.send(new GetItemCommand({ TableName: 'ledger', Key: { pk: { S: 'P' }, sk: { S: 'A' } } }));
    const errors = await Promise.all([get(), get()].map((each) => each.catch((error: unknown) => error)));
    client.destroy();
    return errors.map(fateOf);
  };

  it('that nobody listens for was not sent', async () => {
    const { server, endpoint } = await listen(() => {});
    server.close();
    await once(server, 'close');
    expect(await ask(endpoint, 1_000, 1_000)).toEqual(['not-done', 'not-done']);
  });

  it('that is not answered may have been carried out, and one that waits for its socket was not sent', async () => {
    const sockets: Socket[] = [];
    const { server, endpoint } = await listen((socket) => void sockets.push(socket));
    expect(await ask(endpoint, 200, 400)).toEqual(['unknown', 'not-done']);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});
