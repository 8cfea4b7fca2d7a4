import {setTimeout as pause} from 'node:timers/promises';

/** Sends a command to a session: method, path below the session's, parameters. */
export type Command = (method: string, path: string, parameters?: object) => Promise<unknown>;

/**
 * The few commands of WebDriver that the tests need, over bare HTTP. Waits until the driver at this
 * port answers. https://www.w3.org/TR/webdriver2/
 */
export async function webDriver(port: number) {
  const send = async (method: string, path: string, parameters?: object) => {
    const body = parameters && JSON.stringify(parameters);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {method, body});
    const {value} = (await response.json()) as {value: {message?: string; sessionId?: string} | null};
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.message || response.status}`);
    return value;
  };

  for (const end = Date.now() + 10_000; ; await pause(50)) {
    const answer = await send('GET', '/status').catch((error: Error) => error);
    if (!(answer instanceof Error)) break;
    if (Date.now() > end) throw answer;
  }
  return {
    async newSession(): Promise<Command> {
      const session = await send('POST', '/session', {capabilities: {}});
      return (method, path, parameters) => send(method, `/session/${session!.sessionId}${path}`, parameters);
    },
  };
}
