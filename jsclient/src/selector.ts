import {nodeType, ofElement} from './dom.js';

/** Selectors longer than this are cut at the far end from the element. */
const MAX_SELECTOR = 100;

/**
 * Ids and classes that count something or that a library made up (item-4711, radix-:r1:, css-1x2y3z, Cart_row__kXzAb):
 * another row, another render or another build has others.
 */
const GENERATED = /[^\p{L}_-]|^(sc|css|svelte)-|__\w*[A-Z]/u;

/** Classes that say how an element looks and not what it is: there are many on each, and they change with the looks. */
const LOOKS = /^(flex|grid|block|inline|items|justify|text|font|bg|border)(-|$)/;

/** The selector of an id, unless that is a generated one. */
export const byId = (id?: string | null): string => (id && !GENERATED.test(id) ? '#' + id : '');

/**
 * A short CSS selector of an element for people to recognise it by: ids, tag names and classes up to the nearest id
 * or `data-rum-name`, in a shadow tree (`>>>`) and on to that of its host. The same for the next visitor and the next
 * release, and never text or any other attribute's value: those may be personal.
 */
export function selectorOf(node: Node | null | undefined): string {
  let selector = '';
  let joint = '';
  for (let at = node; at; ) {
    let up: Node | null = ofElement('parentNode', at as Element);
    if (nodeType(at) == 1) {
      const [part, known] = partOf(at as Element);
      const longer = part + joint + selector;
      if (longer.length > MAX_SELECTOR) return selector || longer.slice(0, MAX_SELECTOR);
      selector = longer;
      joint = '>';
      // Known within its tree; the tree may be that of a component.
      if (known) up = ofElement('getRootNode', at as Element).call(at);
      if (up == at || nodeType(up) == 9) break;
    }
    if (nodeType(up) == 11) {
      up = (up as ShadowRoot).host;
      joint = '>>>';
    }
    at = up;
  }
  return selector;
}

/** What an element is called, and whether that is enough to find it. */
function partOf(element: Element): [string, boolean] {
  const name = ofElement('getAttribute', element).call(element, 'data-rum-name');
  const tag = ofElement('localName', element);
  if (name) return [tag + `[data-rum-name=${JSON.stringify(name)}]`, true];
  const id = byId(ofElement('id', element));
  const classes = [...ofElement('classList', element)].filter((name) => !GENERATED.test(name) && !LOOKS.test(name));
  return id ? [tag + id, true] : [[tag, ...classes.slice(0, 2)].join('.'), false];
}
