import { readArguments } from './config.ts';

describe('the arguments of npm run cluster', () => {
  it('have defaults: two of each, on servers of its own', () => {
    expect(readArguments([])).toMatchObject({
      port: 8080,
      gateways: 2,
      dispatchers: 2,
      processors: 2,
      standIns: null,
    });
  });

  it('name servers that run already', () => {
    const servers = ['--ministack', 'http://127.0.0.1:4566', '--dynamodb', 'http://127.0.0.1:8000'];
    expect(readArguments([...servers, '--redis', 'redis://127.0.0.1:6379']).standIns).toEqual({
      ministack: { endpoint: 'http://127.0.0.1:4566' },
      dynamodb: { endpoint: 'http://127.0.0.1:8000' },
      redis: { url: 'redis://127.0.0.1:6379' },
    });
  });

  it.each([
    [['--ports', '1'], 'Known: --port'],
    [['--port', 'x'], '--port is not a number up to 65535'],
    [['--gateways', '17'], '--gateways is not a number up to 16'],
    [['--redis', 'redis://127.0.0.1:6379'], '--ministack is missing: all servers run already, or none'],
    [['--ministack', '127.0.0.1:4566'], '--ministack is no address that begins with http://'],
    [['--redis', 'http://127.0.0.1:6379'], '--redis is no address that begins with redis://'],
  ])('%j are refused with what is wrong', (given, sentence) => {
    expect(() => readArguments(given)).toThrow(sentence);
  });
});
