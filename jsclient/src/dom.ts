/**
 * A member of an object of the browser as its class has it: no name in the markup can stand before it there. With
 * `<img name="hidden">` document.hidden is an image, and with a field named `id` the id of its form is that field. The class is
 * that of the object: the page may have a `Node` or an `Element` of its own, and elements may come from another frame.
 * https://html.spec.whatwg.org/multipage/dom.html#dom-tree-accessors
 */
export const ofElement = <K extends keyof Element>(name: K, element: Element): Element[K] =>
  Reflect.get(Object.getPrototypeOf(element) as object, name, element) as Element[K];

export const ofDocument = <K extends keyof Document>(name: K): Document[K] =>
  Reflect.get(Document.prototype, name, document) as Document[K];

/** What kind of node something is, if it is one: 1 is an element, 9 a document, 11 a shadow root. */
export const nodeType = (node?: EventTarget | null): number | undefined => (node ? ofElement('nodeType', node as Element) : undefined);
