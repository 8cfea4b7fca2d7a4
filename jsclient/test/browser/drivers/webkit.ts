import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {createServer, type AddressInfo} from 'node:net';
import type {Readable} from 'node:stream';
import {unable, untilPage, type Engine, type Tab} from './driver.js';
import {newSession, type Command} from './webdriver.js';

/**
 * WebKitGTK's MiniBrowser, which stands for the family of Safari. It has no headless mode, so it
 * gets a screen of its own. Each tab is a browser of its own, which keeps nothing of the last.
 */
export const webkit: Engine = {
  name: 'webkit',
  has: ['trustedTypes'],
  async launch() {
    const screen = await startScreen();
    let running: Running | undefined;
    const endLast = async () => {
      await running?.command('DELETE', '').catch(() => {});
      await ended(running?.driver);
      running = undefined;
    };
    return {
      async newTab() {
        await endLast();
        // About one browser in forty never speaks to its driver.
        running = await startBrowser(screen.display).catch(() => startBrowser(screen.display));
        return tabOf(running.command);
      },
      async close() {
        await endLast();
        await ended(screen.server); // and with it whatever browser is left on it
      },
    };
  },
};

type Running = {driver: ChildProcess; command: Command};

/** A driver with a browser: it allows one at a time, and the next one sometimes only after a while. */
async function startBrowser(display: string): Promise<Running> {
  const port = await freePort();
  const driver = spawn(process.env.WEBKIT_DRIVER_PATH || 'WebKitWebDriver', [`--port=${port}`], {
    env: {...process.env, DISPLAY: display},
    stdio: 'ignore',
  });
  try {
    return {driver, command: await newSession(port)};
  } catch (error) {
    await ended(driver);
    throw error;
  }
}

function tabOf(command: Command): Tab {
  const run: Tab['run'] = (script, ...args) => {
    const body = typeof script == 'string' ? `return (${script})` : `return (${script}).apply(null, arguments)`;
    return command('POST', '/execute/sync', {script: body, args}) as Promise<never>;
  };
  return {
    open: async (url) => void (await command('POST', '/url', {url})),
    async click(selector, held) {
      const element = (await command('POST', '/element', {using: 'css selector', value: selector})) as object;
      if (!held) return void (await command('POST', `/element/${Object.values(element)[0]}/click`, {}));
      const actions = [{type: 'pointerMove', origin: element, x: 0, y: 0}, {type: 'pointerDown', button: 0}, {type: 'pause', duration: held}, {type: 'pointerUp', button: 0}];
      await command('POST', '/actions', {actions: [{type: 'pointer', id: 'mouse', actions}]});
    },
    run,
    // Not by another tab: the driver opens tabs behind the one that is shown.
    async hide() {
      await command('POST', '/window/minimize', {});
      await untilPage({run}, 'document.hidden');
    },
    async show() {
      await command('POST', '/window/rect', {width: 1024, height: 768});
      await untilPage({run}, '!document.hidden');
    },
    back: async () => void (await command('POST', '/back', {})),
    offline: () => unable('offline'),
    crash: () => unable('crash'),
    async close() {
      // With its last tab the browser ends, and with it the process that sends last words.
      await command('POST', '/window/new', {type: 'tab'});
      await command('DELETE', '/window');
    },
  };
}

/** A screen without a device; the server prints the number that it found free. */
async function startScreen() {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const failed = once(server, 'exit').then(() => Promise.reject(new Error('Xvfb does not start')));
  const [number] = await Promise.race([once(server.stdio[3] as Readable, 'data'), failed]);
  return {server, display: ':' + String(number).trim()};
}

/** The driver takes port 0 too, but does not say which it got. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ended(process?: ChildProcess): Promise<void> {
  if (!process || process.exitCode != null || process.signalCode) return;
  process.kill();
  await once(process, 'exit');
}
