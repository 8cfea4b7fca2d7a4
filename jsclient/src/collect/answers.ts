import {nodeType, ofDocument, ofElement} from '../dom.js';
import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';

/**
 * Events by which a page answers that are no change of the document. Some do not bubble, and are seen on their way
 * down. `formdata` is a form that goes to a server, `blur` of the window another window.
 */
const ANSWERS =
  'scroll toggle focus blur input select reset invalid formdata copy play pause seeking volumechange ratechange enterpictureinpicture leavepictureinpicture fullscreenchange pointerlockchange beforeprint';

type Root = Document | ShadowRoot;

/**
 * Watches for the answer of a page to a click: a change in the document, in the components that the click went through
 * or in a frame of this origin, an event, a navigation, or what only comparing shows: the address, values,
 * style rules and animations of scripts.
 */
export function watchAnswers({listen}: Recorder, answered: () => void) {
  const changes = new MutationObserver(answered);
  let click: MouseEvent;
  let link: HTMLAnchorElement | undefined;
  let roots: Root[] = [];
  let before: string;

  for (const type of ANSWERS.split(' ')) listen(window, type, answered);
  listen(ofDocument('documentElement'), 'load', answered); // of a frame; the window only gets its own
  // Also of what a script begins: `location.href = …`, and downloads. Where there is none, or an element has its name,
  // nothing comes.
  for (const [name, type] of [['navigation', 'navigate'], ['clipboard', 'clipboardchange']])
    safely(() => listen((globalThis as never as Record<string, EventTarget>)[name] || navigator[name as 'clipboard'], type, answered));

  const all = <E extends Element>(selector: string) => roots.flatMap((root) => [...(ofElement('querySelectorAll', root as never).call(root, selector) as NodeListOf<E>)]);
  /** Changes without an event or mutation. Values are compared and never kept. */
  const look = () =>
    String([
      ofDocument('URL'),
      ...all<HTMLInputElement>('input,textarea,select').flatMap(({value, checked, indeterminate}) => [value, checked, indeterminate]),
      // Rules of other origins are not for us to see.
      ...roots
        .flatMap(({styleSheets = [], adoptedStyleSheets = []}) => [...styleSheets, ...adoptedStyleSheets])
        .flatMap((sheet) => [sheet.disabled, safely(() => sheet.cssRules.length)]),
      // Those of the style are of a button that is pressed, too.
      safely(() => document.getAnimations().filter((animation) => !/CSS/.test(String(animation))).length),
    ]);

  return {
    _begin(event: MouseEvent, path: EventTarget[]) {
      click = event;
      link = path.find((target) => target instanceof HTMLAnchorElement && target.href) as typeof link;
      roots = [document, ...path.filter((target) => nodeType(target) == 11)] as Root[];
      before = look();
      const frames = all<HTMLIFrameElement>('iframe').flatMap(({contentDocument}) => contentDocument || []);
      for (const root of [...roots, ...frames]) changes.observe(root, {subtree: true, childList: true, attributes: true, characterData: true});
    },

    /** Whether there is an answer without an event: the browser follows a link by itself, or a comparison shows it. */
    _found: () =>
      (link && !click.defaultPrevented && (!link.hash || link.href.split('#')[0] != ofDocument('URL').split('#')[0])) || look() != before,

    _end: () => changes.disconnect(),
  };
}
