import type { RequestHandler } from 'express';

/**
 * Refuses what did not come to this machine's own name: a foreign page that has its host name resolve to 127.0.0.1
 * sends that name as Host (DNS rebinding), and a page of another origin sends its own as Origin.
 *
 * @param port that the server listens on, asked at each request
 */
export function loopbackOnly(port: () => number): RequestHandler {
  return (request, response, next) => {
    const names = ['127.0.0.1', 'localhost', '[::1]'];
    // Clients leave out the port of http itself.
    const hosts = names.flatMap((name) => (port() === 80 ? [name, `${name}:80`] : [`${name}:${port()}`]));
    const host = request.get('host');
    const origin = request.get('origin');
    const isOurHost = host !== undefined && hosts.includes(host);
    const isOurOrigin = origin === undefined || hosts.some((each) => origin === `http://${each}`);
    if (isOurHost && isOurOrigin) return next();
    response
      .status(403)
      .type('text/plain')
      .send('This edf-pipeline answers only its own page on this machine.\n');
  };
}

/** For what hands out tokens: only our own page asks by itself (browsers say so), and only with a POST. */
export function ownPageOnly(): RequestHandler {
  return (request, response, next) => {
    const site = request.get('sec-fetch-site');
    const isOwn = request.get('origin') !== undefined && (site === undefined || site === 'same-origin');
    if (isOwn) return next();
    response.status(403).type('text/plain').send('Only the page of this edf-pipeline gets a token here.\n');
  };
}
