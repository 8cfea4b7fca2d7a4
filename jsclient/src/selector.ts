/** Selectors longer than this are cut at the far end from the element. */
const MAX_SELECTOR = 100;

/**
 * A short CSS selector of an element for people to recognise it by: ids, tag names and classes up
 * to the nearest id. Never text, never attribute values: those may be personal.
 */
export function selectorOf(node: Node | null | undefined): string {
  let selector = '';
  for (let at = node; at && at.nodeType != Node.DOCUMENT_NODE; at = at.parentNode) {
    if (!(at instanceof Element)) continue;
    const longer = part(at) + (selector && '>') + selector;
    if (longer.length > MAX_SELECTOR) return selector || longer.slice(0, MAX_SELECTOR);
    selector = longer;
    if (at.id) break;
  }
  return selector;
}

function part(element: Element): string {
  const tag = element.localName;
  if (element.id) return tag + '#' + element.id;
  const classes = [...element.classList].slice(0, 2);
  return [tag, ...classes].join('.');
}
