import {expect} from 'vitest';
import {flushed, hide, kinds, pass, receiver, reject, throwUncaught, useHarness} from '../harness.js';
import {lost, mistake, reported} from './dom.js';

useHarness();

mistake(
  'every error of a loop: a hundred thousand reports of one visitor',
  {
    'equal ones without end': [['caps.ts', "if (same && counts[same] >= MAX_EQUAL) return 'duplicate_error';", '']],
    'different ones without end': [['caps.ts', "if (counts[budget] >= MAX_OF_KIND[budget]) return budget + '_cap';", '']],
    'without a count of the rest': [['start.ts', 'if (reason) batches.lose(reason);', 'if (reason) return;']],
    'one limit for all page views': [['start.ts', 'isEnough(pages.view()._counts,', 'isEnough(((globalThis as never as Record<string, never>).counts ??= {} as never),']],
  },
  async ({load}) => {
    load();
    for (let i = 0; i < 1000; i++) throwUncaught(Object.assign(new Error('loop'), {stack: 'Error: loop\n at f'}));
    for (let i = 0; i < 100; i++) throwUncaught(new Error('number ' + i));
    expect(await reported('error')).toHaveLength(50);
    expect(lost()).toEqual({duplicate_error: 995, error_cap: 55});
    history.pushState(null, '', '/next');
    throwUncaught(new Error('on another page'));
    expect(await reported('error')).toHaveLength(51);
  },
);

mistake(
  'the same error twice: once by the boundary that caught it, once by the window',
  {'not recognised': [['collect/errors.ts', 'if (seen.has(thrown)) return;', '']]},
  async ({load}) => {
    const client = load();
    const error = new Error('x');
    client.recordError(error);
    throwUncaught(error);
    reject(error);
    expect(await reported('error')).toHaveLength(1);
  },
);

mistake(
  'errors that are not of the page: foreign scripts, extensions, images that do not load',
  {
    'an opaque error like any other': [['collect/error-details.ts', "(!stack && /^Script error/.test(message)) || undefined", 'undefined']],
    'an error of an extension like any other': [['collect/error-details.ts', '/-extension:\\/\\//.test(stack + filename) || undefined', 'undefined']],
    'an image that does not load as an error': [
      ['collect/errors.ts', "else if (message) reportError(error, {...(error ? {} : {name: 'Error', message})", "else reportError(error, {...(error ? {} : {name: 'Error', message: message || event.type})"],
    ],
  },
  async ({load}) => {
    load();
    document.body.appendChild(document.createElement('img')).dispatchEvent(new Event('error'));
    throwUncaught(null, 'Script error.');
    throwUncaught(Object.assign(new Error('x'), {stack: 'Error: x\n at chrome-extension://abc/content.js:1:1'}));
    expect(await reported('error')).toMatchObject([{a: {opaque: true}}, {a: {extension: true}}]);
  },
);

mistake(
  'causes left out, or followed in a circle',
  {
    'left out': [['collect/error-details.ts', 'stack: (stack + causes(thrown)) || undefined', 'stack: stack || undefined']],
    'followed for as long as they go': [['collect/error-details.ts', 'texts.length <= MAX_CAUSES', 'texts.length <= 100']],
  },
  async ({load}) => {
    const client = load();
    const circle = Object.assign(new Error('circle'), {stack: ''});
    circle.cause = circle;
    client.recordError(new Error('no save', {cause: new Error('disk full')}));
    client.recordError(circle);
    const [first, second] = await reported('error');
    expect(first.s).toContain('Caused by: Error: disk full');
    expect(second.s!.match(/Caused by/g)).toHaveLength(5);
  },
);

/** Says nothing that does not throw. */
const hostile = new Proxy(class {} as never, {
  get() {
    throw new Error('gotcha');
  },
}) as object;

mistake(
  'a handler that throws: the page breaks, or the client reports itself in a loop',
  {
    'listeners throw': [['scope.ts', 'safely(() => onEvent(event as E))', 'onEvent(event as E)']],
    'methods throw': [['client.ts', 'safely(() => method(...args))', 'method(...args)']],
    "what the page's own filter throws is let through": [
      ['parts/before-send.ts', 'safely(() => (answer = beforeSend(clean, page)))', 'answer = beforeSend(clean, page)'],
      ['client.ts', 'safely(() => method(...args))', 'method(...args)'],
    ],
    'one observer that throws stops the others': [
      ['scope.ts', 'entries.forEach((entry) => safely(() => onEntry(entry as T)))', 'entries.forEach((entry) => onEntry(entry as T))'],
    ],
  },
  async ({load, happens}) => {
    const client = load({
      beforeSend(event) {
        if (event.kind == 'action') throw new Error('gotcha');
      },
    });
    expect(() => reject(hostile)).not.toThrow();
    expect(() => client.recordError(hostile)).not.toThrow();
    expect(() => client.setTags(hostile as never)).not.toThrow();
    expect(() => client.recordInteraction('own filter', 1)).not.toThrow();
    happens('long-animation-frame', {scripts: hostile});
    happens('long-animation-frame', {startTime: 5, duration: 90});
    hide();
    await pass(0);
    await flushed();
    expect(kinds()).toContain('task');
    expect(receiver.beacons[0].lost).toMatchObject({before_send: 1});
  },
);
