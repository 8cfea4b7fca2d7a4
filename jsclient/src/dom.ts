/**
 * Members of the document and of elements, where no name in the markup can stand before them: with
 * `<img name="hidden">` document.hidden is an image, and with a field named `id` the id of its form is that field.
 * https://html.spec.whatwg.org/multipage/dom.html#dom-tree-accessors
 */
export const ofDocument = <K extends keyof Document>(name: K): Document[K] =>
  Reflect.get(Document.prototype, name, document) as Document[K];

export const ofElement = <K extends keyof Element>(name: K, element: Element): Element[K] =>
  Reflect.get(Element.prototype, name, element) as Element[K];
