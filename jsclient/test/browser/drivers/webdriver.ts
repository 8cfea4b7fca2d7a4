import {setTimeout as pause} from 'node:timers/promises';

/** No command takes so long; one that hangs is to be named, ms. */
const TIMEOUT_MS = 8_000;

/** Sends a command to a session: method, path below the session's, parameters. */
export type Command = (method: string, path: string, parameters?: object) => Promise<unknown>;

/**
 * Begins a session with the driver at this port, as soon as it answers: the few commands of WebDriver
 * that the tests need, over bare HTTP. https://www.w3.org/TR/webdriver2/
 */
export async function newSession(port: number): Promise<Command> {
  const send = async (method: string, path: string, parameters?: object) => {
    const body = parameters && JSON.stringify(parameters);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {method, body, signal}).catch((error: Error) => {
      throw new Error(`${method} ${path}: ${error.message}`);
    });
    const {value} = (await response.json()) as {value: {message?: string; sessionId?: string} | null};
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.message || response.status}`);
    return value;
  };

  for (const end = Date.now() + TIMEOUT_MS; ; await pause(30)) {
    const answer = await send('GET', '/status').catch((error: Error) => error);
    if (!(answer instanceof Error)) break;
    if (Date.now() > end) throw answer;
  }
  const session = await send('POST', '/session', {capabilities: {}});
  return (method, path, parameters) => send(method, `/session/${session!.sessionId}${path}`, parameters);
}
