/** No access token can be had; `message` is for people. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
}

/** The JSON of an answer. @throws SessionError, or TypeError for what may work when it is tried again */
export async function answerOf(response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  await response.body?.cancel();
  // A TypeError is what fetch throws for a network that fails: callers repeat it.
  if (response.status >= 500) throw new TypeError(`the server answered ${response.status}`);
  throw new SessionError(
    `The server did not let this page in (${response.status}). Open it on this machine's own address.`,
  );
}
